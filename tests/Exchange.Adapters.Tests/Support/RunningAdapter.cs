using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Tests.Support;

/// <summary>An adapter that runs until disposed.</summary>
internal sealed class RunningAdapter : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    private RunningAdapter(Func<IAdapterProgress, CancellationToken, Task<Result<Done>>> run) => Run = run(Progress, _stop.Token);

    public RecordedProgress Progress { get; } = new();

    public Task<Result<Done>> Run { get; }

    public static RunningAdapter Publish(ISourceModel source, RecordingPlatform platform, BatchLimits? limits = null, TimeProvider? time = null, string schema = TestSchemas.People)
    {
        var adapter = new PublishingAdapter("people-adapter", null, TestSchemas.Register(schema), source, limits ?? new BatchLimits(2_000, 40, 4));
        return new RunningAdapter((progress, stop) => AdapterRunner.PublishAsync(
            adapter, new PublishingEnvironment(platform, platform, progress, time ?? TimeProvider.System, new TestLog()), stop));
    }

    public static RunningAdapter Receive(ReceivingAdapter adapter) => new((progress, stop) =>
        AdapterRunner.ReceiveAsync(adapter, new ReceivingEnvironment(progress, TimeProvider.System, new TestLog()), stop));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Run.WaitAsync(TimeSpan.FromSeconds(10));
        _stop.Dispose();
    }
}
