using System.Collections.Concurrent;
using System.Security.Cryptography;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Exchange.Testing;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>What every record transport keeps.</summary>
public abstract class RecordTransportContract
{
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A transport with two partitions and empty queues.</summary>
    private protected abstract IRecordTransport Create();

    [Fact]
    public async Task Publish_ConsumerDone_HeaderAndBodyArriveUnchanged()
    {
        await using var transport = Create();
        var sent = Batches.Create(7, 1, RandomNumberGenerator.GetBytes(1000), BatchKind.Changes);
        await using var consumer = new RunningConsumer(transport, 1);

        await transport.PublishAsync(sent, Cancellation);

        await Eventually.TrueAsync(() => consumer.Seen.Count == 1, Deadline);
        var (header, body, redelivered) = consumer.Seen.Single();
        Assert.Equal(sent.Header, header);
        Assert.Equal(sent.Body.ToArray(), body);
        Assert.False(redelivered);
    }

    [Theory]
    [InlineData(BatchKind.SnapshotStart)]
    [InlineData(BatchKind.SnapshotEnd)]
    public async Task Publish_WithoutRows_Arrives(BatchKind kind)
    {
        await using var transport = Create();
        await using var consumer = new RunningConsumer(transport, 0);

        await transport.PublishAsync(Batches.Create(1, 0, [], kind), Cancellation);

        await Eventually.TrueAsync(() => consumer.Seen.Count == 1, Deadline);
        Assert.Equal(kind, consumer.Seen.Single().Header.Kind);
        Assert.Empty(consumer.Seen.Single().Body);
    }

    [Fact]
    public async Task Publish_FourMebibytes_Arrives()
    {
        await using var transport = Create();
        var sent = Batches.Create(1, 0, RandomNumberGenerator.GetBytes(4 << 20));
        await using var consumer = new RunningConsumer(transport, 0);

        await transport.PublishAsync(sent, Cancellation);

        await Eventually.TrueAsync(() => consumer.Seen.Count == 1, Deadline);
        Assert.Equal(sent.Header.Sha256, Convert.ToHexStringLower(SHA256.HashData(consumer.Seen.Single().Body)));
    }

    [Fact]
    public async Task Publish_BeforeAnyConsumer_IsKept()
    {
        await using var transport = Create();
        for (var i = 1; i <= 5; i++) await transport.PublishAsync(Batches.Create(i), Cancellation);

        await using var consumer = new RunningConsumer(transport, 0);

        await Eventually.TrueAsync(() => consumer.Seen.Count == 5, Deadline);
        Assert.Equal([1, 2, 3, 4, 5], consumer.Sequences);
    }

    [Fact]
    public async Task Publish_TenThousandPipelined_ArriveInTheOrderOfTheCalls()
    {
        const int Count = 10_000;
        await using var transport = Create();
        await using var consumer = new RunningConsumer(transport, 0);
        var calls = new Queue<Task>();

        for (var i = 1; i <= Count; i++)
        {
            calls.Enqueue(transport.PublishAsync(Batches.Create(i), Cancellation));
            if (calls.Count >= 256) await calls.Dequeue();
        }
        await Task.WhenAll(calls);

        await Eventually.TrueAsync(() => consumer.Seen.Count == Count, TimeSpan.FromSeconds(60));
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), consumer.Sequences);
    }

    [Fact]
    public async Task Publish_TwoPartitions_EachKeepsItsOrderAndNeverMixes()
    {
        await using var transport = Create();
        await using var first = new RunningConsumer(transport, 0);
        await using var second = new RunningConsumer(transport, 1);

        await Task.WhenAll(Enumerable.Range(1, 200).Select(i => transport.PublishAsync(Batches.Create(i, i % 2), Cancellation)));

        await Eventually.TrueAsync(() => first.Seen.Count == 100 && second.Seen.Count == 100, Deadline);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => i * 2L), first.Sequences);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (i * 2L) - 1), second.Sequences);
    }

    [Fact]
    public async Task Consume_HandlerThrows_DeliveredAgainBeforeTheNext()
    {
        await using var transport = Create();
        await using var consumer = new RunningConsumer(transport, 0, (delivery, attempt) =>
            delivery.Batch.Header.Sequence == 2 && attempt < 3 ? throw new InvalidOperationException("not yet") : DeliveryOutcome.Done);

        for (var i = 1; i <= 3; i++) await transport.PublishAsync(Batches.Create(i), Cancellation);

        await Eventually.TrueAsync(() => consumer.Seen.Count == 5, Deadline);
        Assert.Equal([1, 2, 2, 2, 3], consumer.Sequences);
        Assert.Equal([false, true, true], consumer.Seen.Where(s => s.Header.Sequence == 2).Select(s => s.Redelivered));
    }

    [Fact]
    public async Task Consume_AgainMoreOftenThanTheDeliveryLimit_StillDeliveredAndNotSetAside()
    {
        await using var transport = Create();
        await using var consumer = new RunningConsumer(transport, 0, (_, attempt) => attempt < 25 ? DeliveryOutcome.Again : DeliveryOutcome.Done);

        await transport.PublishAsync(Batches.Create(1), Cancellation);

        await Eventually.TrueAsync(() => consumer.Seen.Count == 25, TimeSpan.FromSeconds(40));
        Assert.All(consumer.Sequences, s => Assert.Equal(1, s));
    }

    [Fact]
    public async Task Consume_TwoConsumersOfAPartition_OnlyOneIsActiveAndTheOtherTakesOver()
    {
        await using var transport = Create();
        var first = new RunningConsumer(transport, 0);
        await transport.PublishAsync(Batches.Create(1), Cancellation);
        await Eventually.TrueAsync(() => first.Seen.Count == 1, Deadline);
        await using var second = new RunningConsumer(transport, 0);
        for (var i = 2; i <= 50; i++) await transport.PublishAsync(Batches.Create(i), Cancellation);
        await Eventually.TrueAsync(() => first.Seen.Count == 50, Deadline);
        Assert.Empty(second.Seen);

        await first.DisposeAsync();
        await transport.PublishAsync(Batches.Create(51), Cancellation);

        await Eventually.TrueAsync(() => second.Sequences.Contains(51), Deadline);
        Assert.Equal(50, first.Seen.Count);
    }

    [Fact]
    public async Task Consume_ConsumerStopsWithinADelivery_NextConsumerGetsIt()
    {
        await using var transport = Create();
        var stuck = new RunningConsumer(transport, 0, async (_, _, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return DeliveryOutcome.Done;
        });
        await transport.PublishAsync(Batches.Create(1), Cancellation);
        await transport.PublishAsync(Batches.Create(2), Cancellation);
        await Eventually.TrueAsync(() => stuck.Seen.Count == 1, Deadline);
        await stuck.DisposeAsync();

        await using var next = new RunningConsumer(transport, 0);

        await Eventually.TrueAsync(() => next.Seen.Count == 2, Deadline);
        Assert.Equal([1, 2], next.Sequences);
        Assert.True(next.Seen.First().Redelivered);
    }

    [Fact]
    public async Task Consume_Cancelled_EndsSoon()
    {
        await using var transport = Create();
        using var stop = new CancellationTokenSource();
        var consuming = transport.ConsumeAsync(0, (_, _) => Task.FromResult(DeliveryOutcome.Done), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => consuming.WaitAsync(Deadline, Cancellation));
    }

    [Fact]
    public async Task Publish_Cancelled_Throws()
    {
        await using var transport = Create();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.PublishAsync(Batches.Create(1), cancelled.Token));
    }

    [Fact]
    public async Task Publish_TransportClosed_Unavailable()
    {
        var transport = Create();
        await transport.DisposeAsync();

        await Assert.ThrowsAsync<TransportUnavailableException>(() => transport.PublishAsync(Batches.Create(1), Cancellation));
    }

    [Fact]
    public async Task Consume_HandlerFailsTenTimes_SetAsideAndTheNextIsDelivered()
    {
        await using var transport = Create();
        await using var consumer = new RunningConsumer(transport, 0, (delivery, _) =>
            delivery.Batch.Header.Sequence == 1 ? throw new InvalidOperationException("poison") : DeliveryOutcome.Done);

        await transport.PublishAsync(Batches.Create(1), Cancellation);
        await transport.PublishAsync(Batches.Create(2), Cancellation);

        await Eventually.TrueAsync(() => consumer.Sequences.Contains(2), TimeSpan.FromSeconds(60));
        Assert.Equal(10, consumer.Sequences.Count(s => s == 1));
    }
}
