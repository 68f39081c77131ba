using System.Diagnostics;
using System.Globalization;

namespace Exchange.Hosting.Embedded;

/// <summary>Reads the kernel's process table.</summary>
internal static class ProcessTree
{
    /// <summary>A process: number, parent's number and start in clock ticks since boot, which tells it from a later one with the same number.</summary>
    internal readonly record struct Entry(int Id, int Parent, ulong Started);

    public static IReadOnlyList<Entry> Descendants(int process)
    {
        var children = All().ToLookup(entry => entry.Parent);
        var found = new List<Entry>();
        var open = new Queue<int>([process]);
        while (open.TryDequeue(out var parent))
        {
            foreach (var child in children[parent])
            {
                found.Add(child);
                open.Enqueue(child.Id);
            }
        }

        return found;
    }

    public static bool IsAlive(Entry entry) => Read(entry.Id) is { } now && now.Started == entry.Started;

    public static async Task GoneAsync(IReadOnlyList<Entry> entries, TimeSpan deadline)
    {
        var clock = Stopwatch.StartNew();
        while (entries.Any(IsAlive))
        {
            if (clock.Elapsed > deadline)
                throw new TimeoutException($"Processes still run: {string.Join(", ", entries.Where(IsAlive).Select(e => e.Id))}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    public static Entry? Read(int process)
    {
        string stat;
        try
        {
            stat = File.ReadAllText($"/proc/{process}/stat");
        }
        catch (IOException)
        {
            return null;
        }

        // The program's name in parentheses may hold anything; the fields after it are plain.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const int State = 0, Parent = 1, Started = 19;
        if (fields.Length <= Started || fields[State] is "Z" or "X")
            return null;
        return new Entry(
            process, int.Parse(fields[Parent], CultureInfo.InvariantCulture), ulong.Parse(fields[Started], CultureInfo.InvariantCulture));
    }

    private static IEnumerable<Entry> All() =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Read(id) : null)
            .OfType<Entry>();
}
