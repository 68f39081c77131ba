using Npgsql;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>
/// Turns times without a zone into points in time exactly as the source's own cast does: it is asked for each year once, and remembered. Two tables of
/// zones, ours and the server's, need not agree on history.
/// </summary>
internal sealed class LocalTimes(NpgsqlDataSource source, string timeZone)
{
    private const long MicrosPerDay = 86_400_000_000;

    // Days from 2000-01-01; the offset at the begin of each day and of the one after the last.
    private const string OffsetsSql = """
        SELECT (extract(epoch FROM (timestamp '2000-01-01' + d * interval '1 day') - ((timestamp '2000-01-01' + d * interval '1 day') AT TIME ZONE $1 AT TIME ZONE 'UTC')) * 1000000)::bigint
        FROM generate_series($2, $3) AS d ORDER BY d
        """;

    private const string OneSql = """
        SELECT (extract(epoch FROM t - (t AT TIME ZONE $1 AT TIME ZONE 'UTC')) * 1000000)::bigint
        FROM (SELECT timestamp '2000-01-01' + ($2 / 1000000) * interval '1 second' + ($2 % 1000000) * interval '1 microsecond' AS t) AS x
        """;

    private readonly Dictionary<long, long[]> _spans = [];

    /// <param name="local">Microseconds from 2000-01-01 by the wall clock; the extremes stand for ±infinity and stay so.</param>
    public long ToUtc(long local)
    {
        if (local is long.MaxValue or long.MinValue) return local;
        const int DaysPerSpan = 366;
        var day = Math.DivRem(local, MicrosPerDay, out var rest);
        if (rest < 0) day--;
        var number = Math.DivRem(day, DaysPerSpan, out var within);
        if (within < 0) (number, within) = (number - 1, within + DaysPerSpan);
        if (!_spans.TryGetValue(number, out var offsets)) _spans[number] = offsets = Read(number * DaysPerSpan, DaysPerSpan);
        return offsets[within] == offsets[within + 1] ? local - offsets[within] : local - ReadOne(local);
    }

    private long[] Read(long first, int days)
    {
        using var command = source.CreateCommand(OffsetsSql);
        command.Parameters.Add(new() { Value = timeZone });
        command.Parameters.Add(new() { Value = first });
        command.Parameters.Add(new() { Value = first + days });
        using var reader = command.ExecuteReader();
        var offsets = new long[days + 1];
        for (var i = 0; reader.Read(); i++) offsets[i] = reader.GetInt64(0);
        return offsets;
    }

    /// <summary>On a day on which the clock was moved.</summary>
    private long ReadOne(long local)
    {
        using var command = source.CreateCommand(OneSql);
        command.Parameters.Add(new() { Value = timeZone });
        command.Parameters.Add(new() { Value = local });
        return (long)command.ExecuteScalar()!;
    }
}
