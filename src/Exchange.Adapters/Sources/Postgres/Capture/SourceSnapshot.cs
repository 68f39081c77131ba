using System.Globalization;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>Which transactions a snapshot of the source sees, as <c>pg_current_snapshot()</c> writes it: <c>xmin:xmax:xid,xid,…</c>.</summary>
internal sealed class SourceSnapshot
{
    private readonly ulong _end;
    private readonly HashSet<ulong> _running;

    private SourceSnapshot(ulong end, HashSet<ulong> running) => (_end, _running) = (end, running);

    public static SourceSnapshot Parse(string text)
    {
        var parts = text.Split(':');
        if (parts.Length != 3) throw new FormatException($"'{text}' is not a snapshot.");
        var running = parts[2].Length == 0 ? [] : parts[2].Split(',').Select(Number).ToHashSet();
        return new SourceSnapshot(Number(parts[1]), running);
    }

    /// <summary>Whether the effects of a committed transaction are part of the snapshot.</summary>
    /// <param name="transaction">Number of the transaction without its era; the era is the one nearest to the snapshot.</param>
    public bool Sees(uint transaction)
    {
        var distance = (int)(transaction - (uint)_end);
        return distance < 0 && !_running.Contains(_end + (ulong)(long)distance);
    }

    private static ulong Number(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
