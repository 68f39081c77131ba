using System.Diagnostics;
using Exchange.Contracts.Errors;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Where an operator sees that a store has no room: in the log of the host that needs it, or at the gateway's readiness.</summary>
internal sealed class DiskSign
{
    private const string NoRoom = "No space left on device";
    private const string BrokerDown = "RabbitMQ is not available";
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly FaultRun _run;
    private readonly Store _store;
    private readonly LogTail _catalogue;
    private readonly LogTail _publishing;
    private readonly LogTail _receiving;
    private readonly LogTail _platform;
    private readonly LogTail _target;

    /// <summary>Looks from now on.</summary>
    public DiskSign(FaultRun run, Store store)
    {
        (_run, _store) = (run, store);
        _catalogue = LogTail.Of(run.Bench, "Exchange.Catalog");
        _publishing = LogTail.Of(run.Bench, "publish-item");
        _receiving = LogTail.Of(run.Bench, "receive");
        _platform = new LogTail(Path.Combine(run.Bench.Folder.Platform, "postgres.log"));
        _target = new LogTail(Path.Combine(run.Bench.Folder.ServiceCentre, "postgres.log"));
    }

    /// <summary>Changes rows until the store's server has no room left, and until that is seen.</summary>
    public async Task SeeAsync(CancellationToken cancellation)
    {
        switch (_store)
        {
            case Store.PlatformData:
                await ChangeUntilAsync(() => _catalogue.HasAsync(NoRoom, cancellation), cancellation);
                break;
            case Store.PlatformLog:
                await UseLogUpAsync(_run.Bench.Platform.Database, _platform, cancellation);
                await ChangeUntilAsync(() => _catalogue.HasAsync("database is not available", cancellation), cancellation);
                await Eventually.TrueAsync(async () => await _run.Bench.ReadinessAsync(cancellation) != 200, Notice);
                break;
            case Store.BrokerData:
                // A broker whose disk fills while it writes down a queue or a binding goes down instead of taking nothing more.
                await ChangeUntilAsync(
                    async () => await _publishing.HasAsync(ErrorCodes.BrokerFull.Name, cancellation) || await _publishing.HasAsync(BrokerDown, cancellation), cancellation);
                break;
            default:
                await ChangeUntilAsync(() => _receiving.HasAsync($"{ErrorCodes.TargetUnavailable.Name}: ", cancellation), cancellation);
                Assert.Contains(NoRoom, await _receiving.ReadAsync(cancellation), StringComparison.Ordinal);
                // Then its log has no room either, and the server goes down.
                await UseLogUpAsync(_run.Bench.Consumer.Database, _target, cancellation);
                break;
        }
    }

    /// <summary>Afterwards: a disk without room was taken for nobody's bad record.</summary>
    public async Task AssertNothingBlamedAsync(CancellationToken cancellation)
    {
        Assert.DoesNotContain(ErrorCodes.TargetRowRefused.Name, await _receiving.ReadAsync(cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain(ErrorCodes.StreamHeld.Name, await _publishing.ReadAsync(cancellation), StringComparison.Ordinal);
        Assert.Equal(0, await _run.Bench.StoreScalarAsync(FaultSql.Quarantined, "name", FaultBench.Resource, cancellation));
    }

    private Task ChangeUntilAsync(Func<Task<bool>> isSeen, CancellationToken cancellation)
    {
        var changed = 0L;
        return Eventually.TrueAsync(
            async () =>
            {
                if (Stopwatch.GetElapsedTime(changed) > Pace)
                {
                    await _run.Table.InsertAsync(cancellation);
                    changed = Stopwatch.GetTimestamp();
                }

                return await isSeen();
            },
            Notice, $"the sign that {_store} is full");
    }

    /// <summary>Uses up what room the server had set aside for its log, as hours of traffic would, until it goes down.</summary>
    private static Task UseLogUpAsync(NpgsqlDataSource database, LogTail server, CancellationToken cancellation) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                await using var change = database.CreateCommand(FaultSql.UseLogUp);
                await change.ExecuteNonQueryAsync(cancellation);
            }
            catch (NpgsqlException)
            {
                // That is the point: the server is out of room.
            }

            return await server.HasAsync("PANIC", cancellation);
        },
        Notice, "the server to go down for want of room for its log");
}
