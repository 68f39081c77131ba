using System.Diagnostics;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exchange.Hosting.Bus.Control;

/// <summary>
/// The queue of requests: one per exchange, shared by all instances of the one service that answers. A handler's error goes back as
/// <see cref="Failed"/>; an exception is logged here and goes back as <c>unexpected</c> with a reference, without its text.
/// </summary>
internal sealed class CommandEndpoint(IReceiveEndpointConfigurator endpoint, IServiceProvider services) : RequestHandlers.IVisitor
{
    /// <summary>Requests that one process handles at a time.</summary>
    public const int ConcurrentRequests = 16;

    private const int DeliveryLimit = 10;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(3);

    public static string QueueName(BusOptions options) => $"{options.Prefix}.commands.v1";

    public void Configure(RequestHandlers handlers)
    {
        endpoint.ConcurrentMessageLimit = ConcurrentRequests;
        endpoint.PrefetchCount = ConcurrentRequests;
        // What cannot even be read has nobody waiting for it who could be answered: it is logged and dropped, no error queue grows.
        endpoint.PublishFaults = false;
        endpoint.DiscardFaultedMessages();
        endpoint.DiscardSkippedMessages();
        if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.SetQuorumQueue();
            rabbit.SetQueueArgument("x-delivery-limit", DeliveryLimit);
        }
        foreach (var registration in handlers.Registrations) registration.Accept(this);
    }

    public void Visit<TRequest, TResponse>(RequestHandler<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class =>
        endpoint.Handler<TRequest>(context => AnswerAsync(context, handler));

    private async Task AnswerAsync<TRequest, TResponse>(ConsumeContext<TRequest> context, RequestHandler<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        var result = await CallAsync(context, handler);
        var time = services.GetRequiredService<TimeProvider>();
        using var deadline = new CancellationTokenSource(AnswerWithin, time);
        try
        {
            var answering = result.Error is { } error ? context.AnswerAsync(Failed.From(error), time, deadline.Token) : context.AnswerAsync(result.Value, time, deadline.Token);
            // Left alone, MassTransit goes on trying for hours, and its endpoint does not connect anew before the last request is done. Who asked has given up and asks again.
            await answering.WaitAsync(deadline.Token);
        }
        catch (Exception e) when (e is OperationCanceledException || BusFaults.IsTransport(e))
        {
            Logger.LogWarning("The answer to {Request} reached nobody: {Error}", typeof(TRequest).Name, e.Message);
        }
    }

    private async Task<Result<TResponse>> CallAsync<TRequest, TResponse>(ConsumeContext<TRequest> context, RequestHandler<TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        await using var scope = services.CreateAsyncScope();
        try
        {
            return await handler(context.Message, scope.ServiceProvider, context.CancellationToken);
        }
        catch (Exception e) when (Database.DatabaseFaults.IsUnavailable(e))
        {
            Logger.LogWarning("{Request}: the database is not available ({Error})", typeof(TRequest).Name, e.Message);
            return ErrorCodes.DatabaseUnavailable.With();
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.CancellationToken.IsCancellationRequested)
        {
            var trace = Activity.Current?.TraceId.ToString() ?? context.RequestId?.ToString() ?? context.MessageId?.ToString() ?? "";
            Logger.LogError(e, "{Request} failed unexpectedly, reference {Trace}", typeof(TRequest).Name, trace);
            return ErrorCodes.Unexpected.With(("trace", trace));
        }
    }

    private ILogger<CommandEndpoint> Logger => services.GetRequiredService<ILogger<CommandEndpoint>>();
}
