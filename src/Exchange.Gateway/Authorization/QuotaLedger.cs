using System.Collections.Concurrent;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Database;
using Npgsql;

namespace Exchange.Gateway.Authorization;

/// <summary>
/// Rows that left under a grant in the calendar day of Asia/Shanghai. Counted from the record of accesses, which all gateways share, plus what
/// this gateway let out since it last looked.
/// </summary>
internal sealed class QuotaLedger(GatewayDatabase database, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Shanghai = TimeSpan.FromHours(8);
    private readonly ConcurrentDictionary<Guid, Tally> _tallies = new();

    private const string RowsSince = """
        SELECT coalesce(sum(row_count), 0)::bigint FROM audit.entry WHERE grant_id = $1 AND at >= $2 AND kind = 'access.finished'
        """;

    /// <returns><see cref="ErrorCodes.QuotaExceeded"/> where nothing is left of the day's rows.</returns>
    public async ValueTask<Error?> RefusalAsync(GrantPlan plan, CancellationToken cancellation)
    {
        if (plan.RowsPerDay is not { } limit) return null;
        var rows = (await TallyAsync(plan, cancellation)).Rows;
        return rows < limit ? null : Exceeded(limit, rows);
    }

    /// <summary>Takes rows that are about to leave off what is left of the day. Those of one call come together or not at all.</summary>
    /// <returns><see cref="ErrorCodes.QuotaExceeded"/> where fewer are left; then none is taken.</returns>
    public async ValueTask<Error?> TakeAsync(GrantPlan plan, long rows, CancellationToken cancellation)
    {
        if (plan.RowsPerDay is not { } limit || rows == 0) return null;
        var tally = await TallyAsync(plan, cancellation);
        return tally.TryAdd(rows, limit) ? null : Exceeded(limit, tally.Rows);
    }

    private Error Exceeded(long limit, long rows)
    {
        var now = time.GetUtcNow();
        var left = Midnight(now).AddDays(1) - now;
        return ErrorCodes.QuotaExceeded.With(("limit", limit), ("remaining", Math.Max(0, limit - rows)), ("seconds", (long)Math.Ceiling(left.TotalSeconds)));
    }

    private async ValueTask<Tally> TallyAsync(GrantPlan plan, CancellationToken cancellation)
    {
        var midnight = Midnight(time.GetUtcNow());
        var tally = _tallies.GetOrAdd(plan.GrantId, _ => new Tally());
        if (tally.Day == midnight && time.GetElapsedTime(tally.ReadAt) <= LookAgain) return tally;
        var readAt = time.GetTimestamp();
        await using var command = database.Reading.CreateCommand(RowsSince);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = plan.GrantId });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = midnight.UtcDateTime });
        var recorded = (long)(await command.ExecuteScalarAsync(cancellation))!;
        tally.Recount(midnight, recorded, readAt);
        return tally;
    }

    internal static DateTimeOffset Midnight(DateTimeOffset now) => new(now.ToOffset(Shanghai).Date, Shanghai);

    private sealed class Tally
    {
        private readonly Lock _lock = new();

        public DateTimeOffset Day { get; private set; }

        public long ReadAt { get; private set; }

        public long Rows { get; private set; }

        // Rows counted here may not be on record yet: the larger number holds until the day is over.
        public void Recount(DateTimeOffset day, long recorded, long readAt)
        {
            lock (_lock)
            {
                Rows = Day == day ? Math.Max(Rows, recorded) : recorded;
                Day = day;
                ReadAt = readAt;
            }
        }

        public bool TryAdd(long rows, long limit)
        {
            lock (_lock)
            {
                if (Rows + rows > limit) return false;
                Rows += rows;
                return true;
            }
        }
    }
}
