using System.Collections.Concurrent;
using System.Diagnostics;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Bus.RabbitMq;
using Exchange.Testing;
using Exchange.Testing.Faults;
using Exchange.Testing.Servers;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>The rules that answer the known defects of RabbitMQ.Client 7.1 and RabbitMQ 3.10, each with its regression test.</summary>
[Trait("Cost", "Servers")]
public sealed class RabbitMqRulesTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private BusOptions _options = null!;
    private RecordTopology _topology = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _options = RabbitMqTransports.Options((await RabbitMqServer.SharedAsync()).Address);
        _topology = new(_options);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Publish_OneInFiveCancelled_WhatIsConfirmedIsInTheQueueInOrder()
    {
        const int Count = 10_000;
        await using var transport = RabbitMqTransports.Create(_options);
        var confirmed = new ConcurrentBag<long>();
        await Seeds.RunAsync(async (random, _) =>
        {
            var calls = new List<Task>();
            for (var i = 1; i <= Count; i++)
            {
                calls.Add(PublishAsync(i, random.Next(5) == 0 ? TimeSpan.FromMicroseconds(random.Next(3_000)) : null));
                if (i % 200 == 0) await Task.WhenAll(calls);
            }
            await Task.WhenAll(calls);
        });

        Assert.InRange(confirmed.Count, Count / 2, Count - 1);
        await using var consumer = new RunningConsumer(transport, 0);
        await Eventually.TrueAsync(() => consumer.Sequences.ToHashSet().IsSupersetOf(confirmed), TimeSpan.FromSeconds(60));
        Assert.Equal(consumer.Sequences.Order(), consumer.Sequences);
        Assert.Equal(consumer.Seen.Count, consumer.Sequences.Distinct().Count());

        async Task PublishAsync(long sequence, TimeSpan? cancelAfter)
        {
            using var cancel = new CancellationTokenSource();
            if (cancelAfter is { } after) cancel.CancelAfter(after);
            try
            {
                await transport.PublishAsync(Batches.Create(sequence), cancel.Token);
                confirmed.Add(sequence);
            }
            catch (OperationCanceledException)
            {
                // What was cancelled may be in the queue or not.
            }
        }
    }

    [Fact]
    public async Task Publish_NoQueueTakesIt_Unavailable()
    {
        await using var transport = RabbitMqTransports.Create(_options);
        await transport.PublishAsync(Batches.Create(1), Cancellation);
        await RabbitMqTransports.OnChannelAsync(_options.RabbitMq!, channel => channel.QueueDeleteAsync(_topology.Queue(0), ifUnused: false, ifEmpty: false, Cancellation));

        var failure = await Assert.ThrowsAsync<TransportUnavailableException>(() => transport.PublishAsync(Batches.Create(2), Cancellation));

        Assert.Contains("returned", failure.Message, StringComparison.Ordinal);
        await transport.PublishAsync(Batches.Create(3, 1), Cancellation);
    }

    [Fact]
    public async Task Publish_QueueIsFull_UnavailableUntilThereIsRoom()
    {
        await using var transport = RabbitMqTransports.Create(_options, maxLength: 2);
        var refused = 0L;
        for (var i = 1; refused == 0 && i < 50; i++)
        {
            if (await Record.ExceptionAsync(() => transport.PublishAsync(Batches.Create(i), Cancellation)) is TransportUnavailableException failure)
            {
                Assert.Contains("refused", failure.Message, StringComparison.Ordinal);
                refused = i;
            }
        }
        Assert.NotEqual(0, refused);
        await using var consumer = new RunningConsumer(transport, 0);

        await Eventually.TrueAsync(async () => await Record.ExceptionAsync(() => transport.PublishAsync(Batches.Create(refused), Cancellation)) is null, Deadline);

        await Eventually.TrueAsync(() => consumer.Sequences.Contains(refused), Deadline);
        Assert.Equal(Enumerable.Range(1, (int)refused).Select(i => (long)i), consumer.Sequences);
    }

    [Fact]
    public async Task Publish_BrokerFallsSilent_UnavailableByTheDeadlineAndWellAfterwards()
    {
        var broker = await RabbitMqServer.SharedAsync();
        await using var proxy = FaultProxy.Start(broker.Port);
        _options.RabbitMq = broker.Address.Replace($":{broker.Port}/", $":{proxy.Port}/", StringComparison.Ordinal);
        await using var transport = RabbitMqTransports.Create(_options);
        await transport.PublishAsync(Batches.Create(1), Cancellation);
        proxy.Blackhole();
        var watch = Stopwatch.StartNew();

        var failures = await Task.WhenAll(Enumerable.Range(2, 100).Select(i => Record.ExceptionAsync(() => transport.PublishAsync(Batches.Create(i), Cancellation)).AsTask()));

        Assert.All(failures, f => Assert.IsType<TransportUnavailableException>(f));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        proxy.Pass();
        await Eventually.TrueAsync(async () => await Record.ExceptionAsync(() => transport.PublishAsync(Batches.Create(102), Cancellation)) is null, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Publish_BrokerNeverThere_UnavailableByTheDeadline()
    {
        _options.RabbitMq = "amqp://guest:guest@127.0.0.1:1/";
        await using var transport = RabbitMqTransports.Create(_options);
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAsync<TransportUnavailableException>(() => transport.PublishAsync(Batches.Create(1), Cancellation));

        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Consume_FortyResetsUnderLoad_NothingLostNothingLeaked()
    {
        const int Count = 600;
        var broker = await RabbitMqServer.SharedAsync();
        await using var proxy = FaultProxy.Start(broker.Port);
        var direct = RabbitMqTransports.Create(_options);
        _options.RabbitMq = broker.Address.Replace($":{broker.Port}/", $":{proxy.Port}/", StringComparison.Ordinal);
        await using var transport = RabbitMqTransports.Create(_options);
        var done = new ConcurrentDictionary<long, int>();
        await using var consumer = new RunningConsumer(transport, 0, async (delivery, _, cancellation) =>
        {
            await Task.Delay(10, cancellation);
            done.AddOrUpdate(delivery.Batch.Header.Sequence, 1, (_, n) => n + 1);
            return DeliveryOutcome.Done;
        });
        for (var i = 1; i <= Count; i++) await direct.PublishAsync(Batches.Create(i), Cancellation);

        for (var i = 0; i < 40; i++)
        {
            await Task.Delay(100, Cancellation);
            proxy.ResetAll();
        }

        await Eventually.TrueAsync(() => done.Count == Count, TimeSpan.FromSeconds(60));
        // What was delivered twice was in flight at a reset: at most the prefetched ones, and in order again.
        Assert.Equal(0u, await RabbitMqTransports.DeadLettersAsync(_options));
        Assert.InRange(proxy.OpenConnections, 1, 2);
        await direct.DisposeAsync();
    }

    [Fact]
    public async Task Consume_NotABatch_DeadLetterAndTheNextIsDelivered()
    {
        await using var transport = RabbitMqTransports.Create(_options);
        await transport.PublishAsync(Batches.Create(1), Cancellation);
        await RabbitMqTransports.OnChannelAsync(_options.RabbitMq!, async channel =>
        {
            var headers = new Dictionary<string, object?>(StringComparer.Ordinal) { ["cloudEvents:source"] = "urn:exchange:stream:not-a-uuid" };
            await channel.BasicPublishAsync(_topology.Exchange, "p0", mandatory: true, new BasicProperties { Type = "exchange.records.v1.rows", Headers = headers }, new byte[] { 1 });
            await channel.BasicPublishAsync(_topology.Exchange, "p0", mandatory: true, new BasicProperties(), ReadOnlyMemory<byte>.Empty);
            return 0;
        });
        await transport.PublishAsync(Batches.Create(2), Cancellation);

        await using var consumer = new RunningConsumer(transport, 0);

        await Eventually.TrueAsync(() => consumer.Sequences.Contains(2), Deadline);
        await Eventually.TrueAsync(async () => await RabbitMqTransports.DeadLettersAsync(_options) == 2, Deadline);
    }

    [Fact]
    public async Task Consume_HandlerFailsTenTimes_DeadLetter()
    {
        await using var transport = RabbitMqTransports.Create(_options);
        await transport.PublishAsync(Batches.Create(1), Cancellation);

        await using var consumer = new RunningConsumer(transport, 0, (_, _) => throw new InvalidOperationException("poison"));

        await Eventually.TrueAsync(async () => await RabbitMqTransports.DeadLettersAsync(_options) == 1, TimeSpan.FromSeconds(60));
        Assert.Equal(10, consumer.Seen.Count);
    }

    [Fact]
    public async Task Consume_MessagesWaitAndNoneComes_OpensAnewAndTakesThem()
    {
        using var log = new CapturedLog();
        using var logging = new LoggerFactory([log]);
        await using var transport = RabbitMqTransports.Create(_options, logger: logging.CreateLogger<RabbitMqRecordTransport>());
        await transport.PublishAsync(Batches.Create(1), Cancellation);
        await using var consumer = await RabbitMqTransports.OnChannelAsync(_options.RabbitMq!, async channel =>
        {
            // The one active consumer holds its message for ever: to the other it is as if the broker had forgotten it.
            await channel.BasicQosAsync(0, 1, global: false, Cancellation);
            await channel.BasicConsumeAsync(_topology.Queue(0), autoAck: false, new AsyncEventingBasicConsumer(channel), Cancellation);
            await transport.PublishAsync(Batches.Create(2), Cancellation);
            var waiting = new RunningConsumer(transport, 0);
            await Eventually.TrueAsync(() => log.Lines.Any(line => line.Text.Contains("none is delivered", StringComparison.Ordinal)), Deadline);
            return waiting;
        });

        await Eventually.TrueAsync(() => consumer.Sequences.SequenceEqual([1, 2]), Deadline);
    }

    [Fact]
    public async Task Open_Always_WithoutTheClientsOwnRecovery()
    {
        var broker = new Broker(new Uri(_options.RabbitMq!), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        var connection = await broker.OpenAsync("test", (opened, _) => Task.FromResult(opened), Cancellation);

        Assert.DoesNotContain("Autorecovering", connection.GetType().Name, StringComparison.Ordinal);
        Assert.Equal(Broker.Heartbeat, connection.Heartbeat);
        await broker.CloseAsync(connection);
    }
}
