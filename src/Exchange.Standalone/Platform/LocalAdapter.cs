using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Bus;
using Exchange.Standalone.Demonstration;

namespace Exchange.Standalone.Platform;

/// <summary>An adapter inside this process.</summary>
internal sealed class LocalAdapter : IRunningAdapter, IAdapterProgress
{
    private readonly CancellationTokenSource _stop = new();

    private LocalAdapter() => Completion = Task.CompletedTask;

    public Task Completion { get; private set; }

    public static async Task<LocalAdapter> StartAsync(string file, IServiceProvider services, CancellationToken cancellation)
    {
        var loaded = await AdapterFile.LoadAsync(file, cancellation);
        if (loaded.IsError) throw new DemonstrationException(loaded.Error.ToString());
        var adapter = new LocalAdapter();
        adapter.Completion = Task.Run(() => adapter.RunAsync(loaded.Value, services), CancellationToken.None);
        return adapter;
    }

    public void Report(AdapterStatus status)
    {
        // The bureau's view at the gateway tells the progress; this one is for programs that embed an adapter.
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(AdapterModel model, IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(model.Name);
        var clock = services.GetRequiredService<TimeProvider>();
        var end = model switch
        {
            PublishingAdapter publishing => await AdapterRunner.PublishAsync(
                publishing,
                new PublishingEnvironment(services.GetRequiredService<IControlBus>(), services.GetRequiredService<IRecordTransport>(), this, clock, logger), _stop.Token),
            ReceivingAdapter receiving => await AdapterRunner.ReceiveAsync(receiving, new ReceivingEnvironment(this, clock, logger), _stop.Token),
            _ => throw new NotSupportedException(model.GetType().Name),
        };
        if (end.IsError) throw new DemonstrationException(end.Error.ToString());
    }
}
