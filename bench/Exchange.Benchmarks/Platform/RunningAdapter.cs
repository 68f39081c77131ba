using System.Diagnostics;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Bus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Benchmarks.Platform;

/// <summary>A publishing adapter in this process that goes on until it is disposed of.</summary>
internal sealed class RunningAdapter : IAsyncDisposable, IAdapterProgress
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private Task<Result<Done>>? _running;
    private volatile AdapterStatus? _last;

    public static RunningAdapter Start(PublishingAdapter adapter, IControlBus control, IRecordTransport records)
    {
        var running = new RunningAdapter();
        var environment = new PublishingEnvironment(control, records, running, TimeProvider.System, NullLogger.Instance);
        running._running = Task.Run(() => AdapterRunner.PublishAsync(adapter, environment, running._stop.Token));
        return running;
    }

    public void Report(AdapterStatus status) => _last = status;

    /// <summary>Waits until all that the source has is committed.</summary>
    public async Task CaughtUpAsync(CancellationToken cancellation)
    {
        for (var watch = Stopwatch.StartNew(); _last?.Phase != AdapterPhase.CaughtUp;)
        {
            if (_running!.IsCompleted || watch.Elapsed > Deadline || _last?.Phase == AdapterPhase.Held) throw new BenchException($"The adapter did not catch up: {_last}");
            await Task.Delay(Pause, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        var outcome = await _running!;
        _stop.Dispose();
        if (outcome.IsError) throw new BenchException($"The adapter ended: {outcome.Error}");
    }
}
