using Exchange.Benchmarks.Data;

namespace Exchange.Benchmarks.Platform;

/// <summary>Department A's live table as a resource whose source is captured, and the same table replicated to B by PostgreSQL's own means.</summary>
internal sealed class CapturedTable : IAsyncDisposable
{
    private const string Resource = "captured";
    private const string Replicated = "bench_live";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly ExchangePlatform _exchange;
    private readonly Publication _publication;
    private readonly Department _target;

    private CapturedTable(ExchangePlatform exchange, Publication publication, Department target, LiveChanges changes) =>
        (_exchange, _publication, _target, Changes) = (exchange, publication, target, changes);

    public LiveChanges Changes { get; }

    public Department Source => _publication.Source;

    public Department Target => _target;

    public string Name => Resource;

    /// <summary>Fills the table; both sides load it; then both stand still.</summary>
    /// <param name="rounds">Rounds of changes that will be made.</param>
    public static async Task<CapturedTable> OpenAsync(Workbench bench, int rounds, CancellationToken cancellation)
    {
        var exchange = await bench.ExchangeAsync(cancellation);
        var (source, target) = (await bench.SourceAsync(cancellation), await bench.TargetAsync(cancellation));
        bench.Say("loading the table whose changes are followed", "装载用于跟随变更的表");
        var changes = await LiveChanges.CreateAsync(source, bench.Options.Rows, rounds, cancellation);
        var table = new CapturedTable(exchange, new Publication(source, Resource, LiveChanges.Table, bench.Options.Rows) { Mode = "capture" }, target, changes);
        await exchange.GrantAsync(Resource, cancellation);
        await using (var adapter = await table.StartAdapterAsync(cancellation)) await adapter.CaughtUpAsync(cancellation);
        await EnterpriseTable.CreateAsync(target.Database, LiveChanges.Table, cancellation);
        await EnterpriseTable.ExecuteAsync(source.Database, $"CREATE PUBLICATION {Replicated} FOR TABLE {LiveChanges.Table}", cancellation);
        await EnterpriseTable.ExecuteAsync(
            target.Database, $"CREATE SUBSCRIPTION {Replicated} CONNECTION '{source.Cluster.LibpqConnection()}' PUBLICATION {Replicated} WITH (binary = true, streaming = parallel)", cancellation);
        await target.WaitAsync("SELECT count(*) > 0 AND bool_and(srsubstate = 'r') FROM pg_subscription_rel", Pause, cancellation);
        await table.StopReplicationAsync(cancellation);
        return table;
    }

    public Task<RunningAdapter> StartAdapterAsync(CancellationToken cancellation) => _exchange.Adapters.FollowAsync(_publication, cancellation);

    /// <summary>Waits until the store has the row.</summary>
    public Task StoredAsync(string key, CancellationToken cancellation) =>
        _exchange.Platform.WaitAsync($"SELECT EXISTS (SELECT FROM store.{Resource} WHERE uscc = '{key}')", Pause, cancellation);

    public Task StartReplicationAsync(CancellationToken cancellation) => EnterpriseTable.ExecuteAsync(_target.Database, $"ALTER SUBSCRIPTION {Replicated} ENABLE", cancellation);

    public async Task StopReplicationAsync(CancellationToken cancellation)
    {
        await EnterpriseTable.ExecuteAsync(_target.Database, $"ALTER SUBSCRIPTION {Replicated} DISABLE", cancellation);
        await _target.WaitAsync("SELECT count(pid) = 0 FROM pg_stat_subscription", Pause, cancellation);
    }

    public Task SettleAsync(CancellationToken cancellation) => Task.WhenAll(_exchange.Platform.SettleAsync(cancellation), _target.SettleAsync(cancellation));

    /// <exception cref="BenchException">The store holds other rows than the source.</exception>
    public Task RequireAsync(CancellationToken cancellation) => Changes.RequireAsync(_exchange.Platform, $"store.{Resource}", cancellation);

    /// <summary>Takes the slots away, so that they hold back no log.</summary>
    public async ValueTask DisposeAsync()
    {
        await EnterpriseTable.ExecuteAsync(_target.Database, $"DROP SUBSCRIPTION {Replicated}", CancellationToken.None);
        await EnterpriseTable.ExecuteAsync(_target.Database, $"DROP TABLE {LiveChanges.Table}", CancellationToken.None);
        await EnterpriseTable.ExecuteAsync(Source.Database, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active", CancellationToken.None);
        await EnterpriseTable.ExecuteAsync(Source.Database, $"DROP TABLE {LiveChanges.Table}, {LiveChanges.Table}_more", CancellationToken.None);
    }
}
