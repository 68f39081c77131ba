using System.Diagnostics;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Benchmarks.Data;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exchange.Benchmarks.Platform;

/// <summary>The departments' adapters, in this process, over the exchange's RabbitMQ and its gateway's HTTP.</summary>
internal sealed class DepartmentAdapters : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly IHost _host;
    private readonly string _folder;

    private DepartmentAdapters(IHost host, string folder) => (_host, _folder) = (host, folder);

    public IControlBus Control => _host.Services.GetRequiredService<IControlBus>();

    public static async Task<DepartmentAdapters> StartAsync(string folder, string rabbitMq, CancellationToken cancellation)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var configuration = HostConfiguration.Load(null, [new("Bus:RabbitMq", rabbitMq)]);
        builder.Services.AddLogging();
        builder.Services.AddExchangeBus(configuration, new RequestHandlers());
        var host = builder.Build();
        await host.StartAsync(cancellation);
        return new DepartmentAdapters(host, folder);
    }

    /// <summary>Publishes the source's test table, once and whole.</summary>
    /// <returns>Time until the platform had committed the end of the snapshot.</returns>
    public Task<TimeSpan> PublishAsync(Department source, string resource, int rows, CancellationToken cancellation) =>
        PublishAsync(new Publication(source, resource, EnterpriseTable.Name, rows), cancellation);

    /// <summary>Publishes a table, once and whole.</summary>
    /// <returns>Time until the platform had committed the end of the snapshot.</returns>
    public async Task<TimeSpan> PublishAsync(Publication publication, CancellationToken cancellation)
    {
        var adapter = await LoadAsync<PublishingAdapter>(await AdapterText.WriteAsync(_folder, publication, null, cancellation), cancellation);
        var environment = new PublishingEnvironment(
            Control, _host.Services.GetRequiredService<IRecordTransport>(), new Completion(), TimeProvider.System, NullLogger.Instance);
        return await RunAsync((Completion)environment.Progress, publication.Rows, stop => AdapterRunner.PublishAsync(adapter, environment, stop), cancellation);
    }

    /// <summary>Starts publishing and goes on until the answer is disposed of.</summary>
    public async Task<RunningAdapter> FollowAsync(Publication publication, CancellationToken cancellation)
    {
        var adapter = await LoadAsync<PublishingAdapter>(await AdapterText.WriteAsync(_folder, publication, null, cancellation), cancellation);
        return RunningAdapter.Start(adapter, Control, _host.Services.GetRequiredService<IRecordTransport>());
    }

    /// <summary>Receives the granted part of a resource into a new table.</summary>
    /// <returns>Time until the target had committed the snapshot with its cursor.</returns>
    public async Task<TimeSpan> ReceiveAsync(GatewayDoor consumer, Department target, string resource, int rows, CancellationToken cancellation)
    {
        var adapter = await LoadAsync<ReceivingAdapter>(await AdapterText.WriteAsync(_folder, consumer, target, resource, cancellation), cancellation);
        var environment = new ReceivingEnvironment(new Completion(), TimeProvider.System, NullLogger.Instance);
        return await RunAsync((Completion)environment.Progress, rows, stop => AdapterRunner.ReceiveAsync(adapter, environment, stop), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static async Task<TAdapter> LoadAsync<TAdapter>(string file, CancellationToken cancellation)
        where TAdapter : AdapterModel
    {
        var loaded = await AdapterFile.LoadAsync(file, cancellation);
        return loaded.IsError ? throw new BenchException($"{file}: {loaded.Error}") : (TAdapter)loaded.Value;
    }

    private static async Task<TimeSpan> RunAsync(Completion completion, int rows, Func<CancellationToken, Task<Result<Done>>> run, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watch = Stopwatch.StartNew();
        var running = Task.Run(() => run(stop.Token), CancellationToken.None);
        var ended = await Task.WhenAny(completion.Done, running, Task.Delay(Deadline, stop.Token));
        var elapsed = watch.Elapsed;
        if (ended != completion.Done && ended != running) throw new BenchException($"The adapter has not come to an end after {elapsed}: {completion.Last}");
        await stop.CancelAsync();
        var outcome = await running;
        if (ended == running) throw new BenchException($"The adapter ended: {outcome.Error} after {completion.Last}");
        var status = await completion.Done;
        if (status.RowsCommitted != rows || status.RowsQuarantined != 0)
            throw new BenchException($"{status.RowsCommitted} rows committed, {status.RowsQuarantined} set aside of {rows}: {status.Problem}");
        return elapsed;
    }

    /// <summary>Waits for the first complete snapshot, or for what keeps it from being completed.</summary>
    private sealed class Completion : IAdapterProgress
    {
        private readonly TaskCompletionSource<AdapterStatus> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<AdapterStatus> Done => _done.Task;

        public AdapterStatus? Last { get; private set; }

        public void Report(AdapterStatus status)
        {
            Last = status;
            if (status.Snapshots > 0) _done.TrySetResult(status);
            else if (status.Phase is AdapterPhase.Held) _done.TrySetException(new BenchException($"Held: {status.Problem}"));
        }
    }
}
