using System.Collections.Concurrent;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>Two hosts at one broker: a service that answers, and a caller that asks it and listens to events.</summary>
internal sealed class ControlPair : IAsyncDisposable
{
    private readonly ConcurrentBag<long> _heard;
    private readonly IAsyncDisposable _listener;

    private ControlPair(BusHost service, BusHost caller, ConcurrentBag<long> heard, IAsyncDisposable listener) =>
        (Service, Caller, _heard, _listener) = (service, caller, heard, listener);

    public BusHost Service { get; }

    public BusHost Caller { get; }

    public static async Task<ControlPair> StartAsync(BusOptions options, CancellationToken cancellation)
    {
        var service = await BusHost.StartAsync(
            new RequestHandlers().Handle<DisableClient, ClientDisabled>((request, _, _) => Task.FromResult<Result<ClientDisabled>>(new ClientDisabled(request.ClientId))), options);
        var caller = await BusHost.StartAsync(new(), options);
        var heard = new ConcurrentBag<long>();
        var listener = await caller.Control.ListenAsync<GrantsChanged>(e =>
        {
            heard.Add(e.Version);
            return Task.CompletedTask;
        }, cancellation);
        return new ControlPair(service, caller, heard, listener);
    }

    public Task<Result<ClientDisabled>> AskAsync(TimeSpan deadline, CancellationToken cancellation) =>
        Caller.Control.RequestAsync<DisableClient, ClientDisabled>(new("x"), deadline, cancellation);

    /// <summary>Whether the caller has heard of the version; asked again, it is told again.</summary>
    public async Task<bool> IsHeardAsync(long version, CancellationToken cancellation)
    {
        await Service.Control.PublishAsync(new GrantsChanged(version), cancellation);
        await Task.Delay(50, cancellation);
        return _heard.Contains(version);
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await Caller.DisposeAsync();
        await Service.DisposeAsync();
    }
}
