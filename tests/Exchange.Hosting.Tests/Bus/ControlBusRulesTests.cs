using System.Diagnostics;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Bus.Control;
using Exchange.Testing;
using Exchange.Testing.Servers;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using TransportUnavailableException = Exchange.Hosting.Bus.TransportUnavailableException;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>The rules that answer the known defects of MassTransit 8.4.</summary>
public sealed class ControlBusRulesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_Always_UsageTelemetryIsOffTwice()
    {
        Environment.SetEnvironmentVariable(ControlBusServices.TelemetryVariable, null);
        await using var host = await BusHost.StartAsync(new());

        Assert.False(host.Services.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);
        Assert.Equal("false", Environment.GetEnvironmentVariable(ControlBusServices.TelemetryVariable));
    }

    [Fact]
    public async Task BrokerNeverThere_EveryCall_EndsByItsDeadline()
    {
        await using var host = await BusHost.StartAsync(new(), ("Bus:RabbitMq", "amqp://guest:guest@127.0.0.1:1/"));
        var watch = Stopwatch.StartNew();

        var publishing = host.Control.PublishAsync(new GrantsChanged(1), Cancellation);
        var result = await host.Control.RequestAsync<GetStreamStatus, StreamStatus>(new(new StreamId(Guid.CreateVersion7())), TimeSpan.FromSeconds(1), Cancellation);

        Assert.Same(ErrorCodes.BrokerUnavailable, result.Error?.Code);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
        await Assert.ThrowsAsync<TransportUnavailableException>(() => publishing);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task BrokerNeverThere_WrongPassword_NotInTheLog()
    {
        await using (var host = await BusHost.StartAsync(new(), ("Bus:RabbitMq", "amqp://someone:canary-88121@127.0.0.1:1/")))
        {
            await host.Control.RequestAsync<GetStreamStatus, StreamStatus>(new(new StreamId(Guid.CreateVersion7())), TimeSpan.FromSeconds(1), Cancellation);
            await Assert.ThrowsAsync<TransportUnavailableException>(() => host.Records.PublishAsync(Batches.Create(1), Cancellation));
            Assert.NotEmpty(host.Log.Lines);
            Assert.DoesNotContain(host.Log.Lines, l => l.Text.Contains("canary-88121", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(typeof(OpenStream), "v1.open-stream")]
    [InlineData(typeof(Failed), "v1.failed")]
    [InlineData(typeof(Fault<OpenStream>), "fault-of-v1.open-stream")]
    public void Name_MessageType_OwnNameWithoutTheLibrarys(Type type, string name) => Assert.Equal(name, EntityNames.Name(type));
}

[Trait("Cost", "Servers")]
public sealed class RabbitMqControlBusRulesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithHandlers_TopologyIsOursAndTheQueueIsAQuorumQueue()
    {
        var options = RabbitMqTransports.Options((await RabbitMqServer.SharedAsync()).Address);
        await using var host = await StartAsync(options);

        await Eventually.TrueAsync(async () => await Record.ExceptionAsync(() => RabbitMqTransports.OnChannelAsync(options.RabbitMq!, async channel =>
        {
            await channel.ExchangeDeclarePassiveAsync($"{options.Prefix}.v1.disable-client");
            // Declaring it with other arguments would be refused.
            return await channel.QueueDeclareAsync($"{options.Prefix}.commands.v1", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["x-queue-type"] = "quorum",
                ["x-delivery-limit"] = 10,
            });
        })) is null);
    }

    [Fact]
    public async Task Request_BeforeTheServiceEverStarted_AnsweredOnceItIsThere()
    {
        var options = RabbitMqTransports.Options((await RabbitMqServer.SharedAsync()).Address);
        await using var caller = await BusHost.StartAsync(new(), options);
        var asking = caller.Control.RequestAsync<DisableClient, ClientDisabled>(new("x"), TimeSpan.FromSeconds(20), Cancellation);
        await Eventually.TrueAsync(() => caller.Log.Lines.Any(l => l.Text.Contains("No service handles DisableClient yet", StringComparison.Ordinal)));

        await using var service = await StartAsync(options);

        Assert.Equal("x", (await asking).Value.ClientId);
    }

    [Fact]
    public async Task Publish_BrokerRefuses_UnavailableAndNotSwallowed()
    {
        var options = RabbitMqTransports.Options((await RabbitMqServer.SharedAsync()).Address);
        await using var host = await StartAsync(options);
        await host.Control.PublishAsync(new GrantsChanged(0), Cancellation);
        await RabbitMqTransports.OnChannelAsync(options.RabbitMq!, async channel =>
        {
            var queue = $"{options.Prefix}.full";
            await channel.QueueDeclareAsync(queue, durable: false, exclusive: false, autoDelete: false, new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["x-max-length"] = 1,
                ["x-overflow"] = "reject-publish",
                ["x-expires"] = 60_000,
            });
            await channel.QueueBindAsync(queue, $"{options.Prefix}.v1.grants-changed", "");
            return 0;
        });

        var failures = new List<Exception?>();
        for (var i = 1; i <= 3; i++) failures.Add(await Record.ExceptionAsync(() => host.Control.PublishAsync(new GrantsChanged(i), Cancellation)));

        Assert.Null(failures[0]);
        Assert.IsType<TransportUnavailableException>(failures[2]);
    }

    [Fact]
    public async Task Request_UnreadableMessageInTheQueue_DroppedAndTheNextIsAnswered()
    {
        var options = RabbitMqTransports.Options((await RabbitMqServer.SharedAsync()).Address);
        await using var service = await StartAsync(options);
        Assert.False((await service.Control.RequestAsync<DisableClient, ClientDisabled>(new("x"), TimeSpan.FromSeconds(20), Cancellation)).IsError);
        await RabbitMqTransports.OnChannelAsync(options.RabbitMq!, async channel =>
        {
            await channel.BasicPublishAsync("", $"{options.Prefix}.commands.v1", mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json" }, "not json"u8.ToArray());
            return 0;
        });

        var result = await service.Control.RequestAsync<DisableClient, ClientDisabled>(new("y"), TimeSpan.FromSeconds(20), Cancellation);

        Assert.Equal("y", result.Value.ClientId);
        await Eventually.TrueAsync(async () => await RabbitMqTransports.OnChannelAsync(options.RabbitMq!,
            async channel => (await channel.QueueDeclarePassiveAsync($"{options.Prefix}.commands.v1")).MessageCount == 0));
        // No error queue has grown beside it.
        await Assert.ThrowsAsync<RabbitMQ.Client.Exceptions.OperationInterruptedException>(() => RabbitMqTransports.OnChannelAsync(options.RabbitMq!,
            channel => channel.QueueDeclarePassiveAsync($"{options.Prefix}.commands.v1_error")));
    }

    private static Task<BusHost> StartAsync(BusOptions options) => BusHost.StartAsync(
        new RequestHandlers().Handle<DisableClient, ClientDisabled>((request, _, _) => Task.FromResult<Result<ClientDisabled>>(new ClientDisabled(request.ClientId))),
        options);
}
