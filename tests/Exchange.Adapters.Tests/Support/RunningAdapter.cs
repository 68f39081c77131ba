using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Tests.Support;

/// <summary>An adapter that runs until disposed.</summary>
internal sealed class RunningAdapter : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private RunningAdapter(Func<IAdapterProgress, TestLog, CancellationToken, Task<Result<Done>>> run) => Run = run(Progress, Log, _stop.Token);

    public TestLog Log { get; } = new();

    public RecordedProgress Progress { get; } = new();

    public Task<Result<Done>> Run { get; }

    public static RunningAdapter Publish(ISourceModel source, RecordingPlatform platform, BatchLimits? limits = null, TimeProvider? time = null, string schema = TestSchemas.People)
    {
        var adapter = new PublishingAdapter("people-adapter", null, TestSchemas.Register(schema), source, limits ?? new BatchLimits(2_000, 40, 4));
        return new RunningAdapter((progress, log, stop) => AdapterRunner.PublishAsync(
            adapter, new PublishingEnvironment(platform, platform, progress, time ?? TimeProvider.System, log), stop));
    }

    public static RunningAdapter Receive(ReceivingAdapter adapter) => new((progress, log, stop) =>
        AdapterRunner.ReceiveAsync(adapter, new ReceivingEnvironment(progress, TimeProvider.System, log), stop));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Run.WaitAsync(TimeSpan.FromSeconds(10));
        _stop.Dispose();
    }
}
