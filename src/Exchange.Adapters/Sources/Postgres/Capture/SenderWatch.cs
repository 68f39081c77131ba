using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>What the server shows of the session that sends changes.</summary>
/// <param name="Waits">It waits: for more log, or for us.</param>
/// <param name="Heard">When our last status message was sent, as it arrived there; null before the first.</param>
internal sealed record SenderSign(bool Waits, DateTime? Heard);

/// <summary>
/// Finds that the connection by which changes come is dead although neither side was told. Silence alone does not tell: a server that reads through a large transaction of another table sends nothing and
/// hears nothing for as long. So after a moment of silence the server is asked by another connection: where the session waits, and has heard none of the status messages that go out every second, nothing will
/// ever come. The session is ended there then, so that it does not keep the slot.
/// </summary>
internal sealed class SenderWatch(NpgsqlDataSource database, string slot, int session, TimeProvider time)
{
    /// <summary>How often in a row the session has to be seen waiting without having heard of us.</summary>
    private const int Sightings = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1_250);

    /// <summary>Nobody tells when a session that is to end has let go of the slot: the server is asked again after this.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromMilliseconds(100);

    private SenderSign? _last;
    private int _seen;
    private long _looked = time.GetTimestamp();
    private bool _isQuiet;

    /// <summary>Something came.</summary>
    public void Heard() => _isQuiet = false;

    /// <summary>Nothing came for a moment; looks at the server if it has been so for long enough.</summary>
    /// <returns>What to fail with where the session is dead, or the server does not know it any more; else null.</returns>
    public ValueTask<IOException?> FindDeadAsync(CancellationToken cancellation)
    {
        if (_isQuiet) return time.GetElapsedTime(_looked) < Interval ? default : AskAsync(cancellation);
        (_isQuiet, _last, _seen, _looked) = (true, null, 0, time.GetTimestamp());
        return default;
    }

    /// <summary>
    /// Before the slot is read by another session: this one may have died unseen, and would keep the slot for as long as the server's own limit. Waits until that shows and ends it; one that lives is left alone.
    /// </summary>
    public async Task EndIfDeadAsync(CancellationToken cancellation)
    {
        for (var before = 0; await LookAsync(cancellation) is { } isDead && _seen > before; before = _seen)
            await Task.Delay(isDead ? Ending : Interval, time, cancellation);
    }

    private async ValueTask<IOException?> AskAsync(CancellationToken cancellation) => await LookAsync(cancellation) switch
    {
        null => new IOException("The source's server knows the session no more that sends changes."),
        true => new IOException("The connection that changes come by is dead: the source's server waits, and hears nothing from here."),
        false => null,
    };

    /// <summary>Looks once; ends the session where that tells it dead.</summary>
    /// <returns>Whether it is dead; null where the server does not know it.</returns>
    private async Task<bool?> LookAsync(CancellationToken cancellation)
    {
        // Connections that lay in the pool died with this one, perhaps.
        await using var connection = await database.OpenLiveAsync(cancellation);
        if (await SignAsync(connection, cancellation) is not { } sign) return null;
        _looked = time.GetTimestamp();
        (_seen, _last) = (Count(_last, sign, _seen), sign);
        if (_seen < Sightings) return false;
        await using var end = Command(connection, CaptureSql.EndSession);
        await end.ExecuteNonQueryAsync(cancellation);
        return true;
    }

    /// <summary>How often in a row the session was seen waiting without news of us.</summary>
    internal static int Count(SenderSign? last, SenderSign sign, int seen) => !sign.Waits ? 0 : last is { Waits: true } && last.Heard == sign.Heard ? seen + 1 : 1;

    private async Task<SenderSign?> SignAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = Command(connection, CaptureSql.Sender);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        return new SenderSign(reader.GetBoolean(0), await reader.IsDBNullAsync(1, cancellation) ? null : reader.GetDateTime(1));
    }

    private NpgsqlCommand Command(NpgsqlConnection connection, string sql) =>
        new(sql, connection) { Parameters = { new() { Value = slot }, new() { Value = session } }, CommandTimeout = QuickCommand.Seconds };
}
