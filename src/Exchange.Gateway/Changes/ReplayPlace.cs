using System.Globalization;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Database;
using Exchange.Gateway.Records;
using Npgsql;

namespace Exchange.Gateway.Changes;

/// <summary>
/// Finds a place in a feed's history for a reader who wants to go back. A cursor from there gives every change after it again, with the rows as they are now: applying
/// them once more leads to the same slice.
/// </summary>
internal static class ReplayPlace
{
    /// <summary>$1 resource_id, $2 time. The feed's state, and its head when the last batch before that time was committed.</summary>
    private const string AtTime = """
        SELECT f.head, f.loading, f.floor, coalesce((
            SELECT b.last_offset FROM catalog.stream s JOIN catalog.batch b USING (stream_id)
            WHERE s.resource_id = f.resource_id AND b.committed_at < $2 ORDER BY b.sequence DESC LIMIT 1), 0)
        FROM catalog.feed f WHERE f.resource_id = $1
        """;

    /// <summary>Reads a point in time in RFC 3339 with an offset.</summary>
    public static Result<DateTimeOffset> ReadTime(string text) =>
        DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at)
            && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > 10)
            ? at
            : ErrorCodes.ParameterInvalid.With(("parameter", "at"), ("reason", "RFC 3339, 2026-01-31T08:00:00+08:00"));

    /// <returns>The offset to go on from; <see cref="ErrorCodes.CursorExpired"/> where the feed no longer keeps what came after it.</returns>
    public static async Task<Result<long>> FindAsync(GatewayDatabase database, Guid resource, DateTimeOffset at, CancellationToken cancellation)
    {
        await using var command = database.Reading.CreateCommand(AtTime);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = resource });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = at.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation) || reader.GetBoolean(1)) return ErrorCodes.ResourceLoading.With();
        return Check(reader.GetInt64(3), floor: reader.GetInt64(2), head: reader.GetInt64(0));
    }

    /// <returns>The offset, where the feed still has what came after it.</returns>
    public static async Task<Result<long>> CheckAsync(GatewayDatabase database, Guid resource, long offset, CancellationToken cancellation)
    {
        await using var command = database.Reading.CreateCommand(RecordsSql.FeedHead);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = resource });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation) || FeedState.Read(reader) is not { Loading: false } feed) return ErrorCodes.ResourceLoading.With();
        return Check(offset, feed.Floor, feed.Head);
    }

    internal static Result<long> Check(long offset, long floor, long head) => offset < floor || offset > head ? ErrorCodes.CursorExpired.With() : offset;
}
