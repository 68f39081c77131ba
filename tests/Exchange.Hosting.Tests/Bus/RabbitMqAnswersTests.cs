using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Bus.Control;
using Exchange.Hosting.Embedded;
using Exchange.Testing;
using Exchange.Testing.Servers;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>A caller that goes, or comes back, while its request is being handled.</summary>
[Trait("Cost", "Servers")]
public sealed class RabbitMqAnswersTests : IDisposable
{
    private const string Late = "late";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _asked = new(0);
    private readonly TaskCompletionSource _mayAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _asked.Dispose();

    [Fact]
    public async Task Answer_CallerGone_TheServiceGoesOnAtTheSameChannel()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        var options = RabbitMqTransports.Options(broker.Address);
        await using var service = await StartServiceAsync(options);
        await using var staying = await BusHost.StartAsync(new(), options);
        var first = AskAsync(staying, Late);
        await using (var leaving = await BusHost.StartAsync(new(), options))
        {
            // The service knows the way to a caller that it has answered before.
            Assert.Equal("early", (await AskAsync(leaving, "early")).Value!.ClientId);
            _ = AskAsync(leaving, Late);
            for (var n = 0; n < 2; n++) Assert.True(await _asked.WaitAsync(Deadline, Cancellation));
            await Eventually.TrueAsync(async () => (await AnswerQueuesAsync(broker, options)).Count == 3);
        }

        await Eventually.TrueAsync(async () => (await AnswerQueuesAsync(broker, options)).Count == 2);
        var before = await ConsumerAsync(broker, options);
        _mayAnswer.SetResult();

        Assert.Equal(Late, (await first).Value!.ClientId);
        Assert.Equal("again", (await AskAsync(staying, "again")).Value!.ClientId);
        Assert.Equal(before, await ConsumerAsync(broker, options));
        await Eventually.TrueAsync(() => service.Log.Lines.Any(l => l.Text.Contains("reached nobody", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Answer_CallerConnectsAnew_IsTakenOnceItsQueueIsThere()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        var options = RabbitMqTransports.Options(broker.Address);
        await using var service = await StartServiceAsync(options);
        await using var caller = await BusHost.StartAsync(new(), options);
        Assert.Equal("early", (await AskAsync(caller, "early")).Value!.ClientId);
        await Eventually.TrueAsync(async () => (await AnswerQueuesAsync(broker, options)).Count == 2);
        var callers = (await AnswerQueuesAsync(broker, options))[^1];
        var request = AskAsync(caller, Late);
        Assert.True(await _asked.WaitAsync(Deadline, Cancellation));

        await broker.ControlAsync("close_connection", callers.Owner, "gone");
        await Eventually.TrueAsync(async () => (await AnswerQueuesAsync(broker, options)).All(q => q.Owner != callers.Owner));
        _mayAnswer.SetResult();

        Assert.Equal(Late, (await request).Value!.ClientId);
    }

    [Theory]
    [InlineData("rabbitmq://127.0.0.1:5672/exchange.answers.7?temporary=true", "exchange.answers.7")]
    [InlineData("rabbitmq://127.0.0.1:5672/district/exchange.answers.7?temporary=true", "exchange.answers.7")]
    [InlineData("rabbitmqs://broker.example/a%20b", "a b")]
    public void QueueName_Address_IsItsLastPart(string address, string expected) => Assert.Equal(expected, Answering.QueueName(new Uri(address)));

    private Task<BusHost> StartServiceAsync(BusOptions options) => BusHost.StartAsync(
        new RequestHandlers().Handle<DisableClient, ClientDisabled>(async (request, _, _) =>
        {
            if (request.ClientId != Late) return new ClientDisabled(request.ClientId);
            _asked.Release();
            await _mayAnswer.Task;
            return new ClientDisabled(request.ClientId);
        }), options);

    private static Task<Result<ClientDisabled>> AskAsync(BusHost caller, string client) => caller.Control.RequestAsync<DisableClient, ClientDisabled>(new(client), Deadline, Cancellation);

    /// <summary>One per host, in the order of their starts: the names have the time.</summary>
    private static async Task<IReadOnlyList<(string Name, string Owner)>> AnswerQueuesAsync(RabbitMqBroker broker, BusOptions options) =>
        [.. (await broker.ControlAsync("-q", "list_queues", "--no-table-headers", "name", "owner_pid")).Split('\n')
            .Where(line => line.StartsWith($"{options.Prefix}.answers.", StringComparison.Ordinal))
            .Select(line => line.Split('\t'))
            .Select(fields => (Name: fields[0], Owner: fields[1]))
            .OrderBy(queue => queue.Name, StringComparer.Ordinal)];

    private static async Task<string> ConsumerAsync(RabbitMqBroker broker, BusOptions options) => Assert.Single(
        (await broker.ControlAsync("-q", "list_consumers", "--no-table-headers", "queue_name", "channel_pid")).Split('\n'),
        line => line.StartsWith(CommandEndpoint.QueueName(options), StringComparison.Ordinal));
}
