using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus.RabbitMq;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Exchange.Hosting.Bus.Control;

/// <summary>The control bus over MassTransit, on RabbitMQ or in one process.</summary>
internal sealed class ControlBus(IBusControl bus, IOptions<BusOptions> options, BrokerRoom room, TimeProvider time, ILogger<ControlBus> logger) : IControlBus
{
    public static readonly TimeSpan PublishDeadline = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ListenDeadline = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    // MassTransit is to give up a little later than we do, so that the deadline has one owner.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private readonly IClientFactory _clients = bus.CreateClientFactory();

    public async Task<Result<TResponse>> RequestAsync<TRequest, TResponse>(TRequest request, TimeSpan deadline, CancellationToken cancellation)
        where TRequest : class
        where TResponse : class
    {
        using var until = new Deadline(deadline, time, cancellation);
        try
        {
            var client = _clients.CreateRequestClient<TRequest>(RequestTimeout.After(ms: (int)(deadline + Slack).TotalMilliseconds));
            return await Mandatory.UntilTakenAsync(
                () => until.WaitAsync(token => AskAsync<TRequest, TResponse>(client, request, deadline, token)),
                // The service that answers has never been there, or is just starting for the first time.
                () => logger.LogInformation("No service handles {Request} yet", typeof(TRequest).Name),
                time, until.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or RequestCanceledException or RequestTimeoutException)
        {
            cancellation.ThrowIfCancellationRequested();
            if (room.Shortage is { } shortage) return ErrorCodes.BrokerFull.With(("reason", shortage));
            return bus.CheckHealth().Status == BusHealthStatus.Healthy ? ErrorCodes.DeadlineExceeded.With() : ErrorCodes.BrokerUnavailable.With();
        }
        catch (Exception e) when (BusFaults.IsTransport(e))
        {
            cancellation.ThrowIfCancellationRequested();
            logger.LogWarning(e, "The request {Request} could not be handed to the broker", typeof(TRequest).Name);
            return ErrorCodes.BrokerUnavailable.With();
        }
    }

    private static async Task<Result<TResponse>> AskAsync<TRequest, TResponse>(
        IRequestClient<TRequest> client, TRequest request, TimeSpan deadline, CancellationToken cancellation)
        where TRequest : class
        where TResponse : class
    {
        var answer = await client.GetResponse<TResponse, Failed>(
            request,
            pipe => pipe.UseExecute(context =>
            {
                Mandatory.Set(context);
                // Nobody waits for the answer after the deadline: the broker drops the request then.
                context.TimeToLive = deadline;
            }),
            cancellation);
        return answer.Is(out Response<TResponse>? response) ? response!.Message
            : answer.Is(out Response<Failed>? failed) ? failed!.Message.ToError()
            : ErrorCodes.Unexpected.With(("trace", $"answer to {typeof(TRequest).Name}"));
    }

    public async Task PublishAsync<TEvent>(TEvent message, CancellationToken cancellation)
        where TEvent : class
    {
        using var until = new Deadline(PublishDeadline, time, cancellation);
        try
        {
            // The token goes to MassTransit too: without one it would go on trying for hours.
            await until.WaitAsync(async token =>
            {
                await bus.Publish(message, token);
                return Done.Value;
            });
        }
        catch (Exception e) when (e is OperationCanceledException || BusFaults.IsTransport(e))
        {
            cancellation.ThrowIfCancellationRequested();
            throw new TransportUnavailableException($"{typeof(TEvent).Name} was not published", e);
        }
    }

    public async Task<IAsyncDisposable> ListenAsync<TEvent>(Func<TEvent, Task> handle, CancellationToken cancellation)
        where TEvent : class
    {
        var name = $"{options.Value.Prefix}.listener.{EntityNames.Name(typeof(TEvent))}.{Guid.CreateVersion7(time.GetUtcNow()):N}";
        var endpoint = bus.ConnectReceiveEndpoint(name, configurator =>
        {
            TemporaryQueue.Configure(configurator);
            configurator.Handler<TEvent>(context => HandleEventAsync(context.Message, handle));
        });
        var listener = new Listener(endpoint, name, logger);
        try
        {
            await endpoint.Ready.WaitAsync(ListenDeadline, time, cancellation);
            return listener;
        }
        catch (Exception e)
        {
            await listener.DisposeAsync();
            if (e is TimeoutException) throw new TransportUnavailableException($"No listener to {typeof(TEvent).Name} within {ListenDeadline.TotalSeconds:F0} s", e);
            throw;
        }
    }

    private async Task HandleEventAsync<TEvent>(TEvent message, Func<TEvent, Task> handle)
        where TEvent : class
    {
        try
        {
            await handle(message);
        }
        catch (Exception e)
        {
            // Events may be lost; to deliver it again would hold up those behind it.
            logger.LogError(e, "A listener to {Event} failed", typeof(TEvent).Name);
        }
    }

    private sealed class Listener(HostReceiveEndpointHandle endpoint, string name, ILogger logger) : IAsyncDisposable
    {
        /// <summary>On a connection that has just broken MassTransit may wait for ever; the queue is temporary and goes by itself.</summary>
        public async ValueTask DisposeAsync()
        {
            try
            {
                await Task.Run(() => endpoint.StopAsync(CancellationToken.None)).WaitAsync(StopDeadline, CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException || BusFaults.IsTransport(e))
            {
                logger.LogWarning("The listener {Name} did not stop and is left behind: {Error}", name, e.Message);
            }
        }
    }
}
