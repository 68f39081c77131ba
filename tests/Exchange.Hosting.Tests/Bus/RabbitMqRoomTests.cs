using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Bus.RabbitMq;
using Exchange.Testing;
using Exchange.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>A broker whose disk has less room than it asks for.</summary>
[Trait("Cost", "Servers")]
public sealed class RabbitMqRoomTests
{
    private const string MoreThanThereIs = "1000000GB";
    private const string Enough = "1MB";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bus_BrokerShortOfDisk_RefusesAndSaysWhyUntilThereIsRoom()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        var options = RabbitMqTransports.Options(broker.Address);
        await using var host = await BusHost.StartAsync(
            new RequestHandlers().Handle<DisableClient, ClientDisabled>((request, _, _) => Task.FromResult<Result<ClientDisabled>>(new ClientDisabled(request.ClientId))),
            ("Bus:RabbitMq", options.RabbitMq), ("Bus:Prefix", options.Prefix), ("Bus:Partitions", "2"));
        await using var consumer = new RunningConsumer(host.Records, 0);
        await host.Records.PublishAsync(Batches.Create(1), Cancellation);
        Assert.False((await AskAsync()).IsError);

        await broker.ControlAsync("set_disk_free_limit", MoreThanThereIs);

        var room = host.Services.GetRequiredService<BrokerRoom>();
        await Eventually.TrueAsync(() => room.Shortage is not null, Deadline);
        Assert.Contains("disk", room.Shortage, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<TransportUnavailableException>(() => host.Records.PublishAsync(Batches.Create(2), Cancellation));
        Assert.Equal(room.Shortage, refused.Shortage);
        var unanswered = await AskAsync();
        Assert.Equal(ErrorCodes.BrokerFull, unanswered.Error?.Code);
        Assert.Contains(host.Log.Lines, l => l.Text.Contains("takes no messages until it has room again", StringComparison.Ordinal));

        var regained = room.Regained;
        Assert.False(regained.IsCompleted);
        await broker.ControlAsync("set_disk_free_limit", Enough);

        await regained.WaitAsync(Deadline, Cancellation);
        await Eventually.TrueAsync(() => room.Shortage is null, Deadline);
        await Eventually.TrueAsync(async () => await Record.ExceptionAsync(() => host.Records.PublishAsync(Batches.Create(2), Cancellation)) is null, Deadline);
        await Eventually.TrueAsync(() => consumer.Sequences.Contains(2), Deadline);
        await Eventually.TrueAsync(async () => !(await AskAsync()).IsError, Deadline);

        Task<Result<ClientDisabled>> AskAsync() => host.Control.RequestAsync<DisableClient, ClientDisabled>(new("x"), TimeSpan.FromSeconds(2), Cancellation);
    }

    [Fact]
    public async Task Consume_QueueDeadInTheBroker_IsMadeAnewAndTakesBatches()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        var options = RabbitMqTransports.Options(broker.Address);
        await using var transport = RabbitMqTransports.Create(options);
        await using var consumer = new RunningConsumer(transport, 0);
        await transport.PublishAsync(Batches.Create(1), Cancellation);
        await Eventually.TrueAsync(() => consumer.Sequences.Contains(1), Deadline);

        // As after a disk that was full to the last byte.
        await broker.ControlAsync("eval", $"ra:stop_server(quorum_queues, {{'%2F_{new RecordTopology(options).Queue(0)}', node()}}).");
        Assert.NotNull(await Record.ExceptionAsync(() => transport.PublishAsync(Batches.Create(2), Cancellation)));

        await Eventually.TrueAsync(async () => await Record.ExceptionAsync(() => transport.PublishAsync(Batches.Create(2), Cancellation)) is null, Deadline);
        await Eventually.TrueAsync(() => consumer.Sequences.Contains(2), Deadline);
    }

    [Fact]
    public async Task Publish_SeveralWhileTheBrokerIsShortOfDisk_NoneOvertakesAnother()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        await using var transport = RabbitMqTransports.Create(RabbitMqTransports.Options(broker.Address));
        await using var consumer = new RunningConsumer(transport, 0);
        await transport.PublishAsync(Batches.Create(1), Cancellation);
        await broker.ControlAsync("set_disk_free_limit", MoreThanThereIs);
        await Eventually.TrueAsync(async () => await PublishAsync(2) is { Shortage: not null }, Deadline);

        var refusals = await Task.WhenAll(Enumerable.Range(3, 50).Select(i => PublishAsync(i)));
        Assert.All(refusals, Assert.NotNull);
        await broker.ControlAsync("set_disk_free_limit", Enough);

        for (var next = 2; next <= 52; next++)
        {
            var sequence = next;
            await Eventually.TrueAsync(async () => await PublishAsync(sequence) is null, Deadline);
        }

        await Eventually.TrueAsync(() => consumer.Sequences.Contains(52), Deadline);
        Assert.Equal(Enumerable.Range(1, 52).Select(i => (long)i), consumer.Sequences.Distinct());

        async Task<TransportUnavailableException?> PublishAsync(int sequence) =>
            await Record.ExceptionAsync(() => transport.PublishAsync(Batches.Create(sequence), Cancellation)) as TransportUnavailableException;
    }
}
