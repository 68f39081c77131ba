using System.Diagnostics;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;

namespace Exchange.Benchmarks.Peers;

/// <summary>PostgreSQL's own logical replication catches up with the backlog that ours has caught up with just before: the same log of the same server.</summary>
internal sealed class ReplicationCatchUp(CapturedTable table) : IPeer
{
    public async Task<double> RunAsync(int round, CancellationToken cancellation)
    {
        await table.SettleAsync(cancellation);
        var watch = Stopwatch.StartNew();
        await table.StartReplicationAsync(cancellation);
        await table.Changes.ArrivedAsync(table.Target, round, cancellation);
        var elapsed = watch.Elapsed;
        await table.StopReplicationAsync(cancellation);
        await table.Changes.RequireAsync(table.Target, LiveChanges.Table, cancellation);
        return table.Changes.PerRound / elapsed.TotalSeconds;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
