using System.Collections.Concurrent;
using System.Diagnostics;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Exchange.Testing;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>What every control bus keeps.</summary>
public abstract class ControlBusContract
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    internal abstract Task<BusHost> StartAsync(RequestHandlers handlers);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_HandlerAnswers_TypedResponse()
    {
        var stream = new StreamId(Guid.CreateVersion7());
        await using var host = await StartAsync(new RequestHandlers().Handle<GetStreamStatus, StreamStatus>((request, _, _) =>
            Task.FromResult<Result<StreamStatus>>(new StreamStatus(request.Stream, 3, 17, "位置 17", true, "held", "schema_drift", null, long.MaxValue, 2, 9))));

        var result = await host.Control.RequestAsync<GetStreamStatus, StreamStatus>(new(stream), Deadline, Cancellation);

        Assert.False(result.IsError, result.ToString());
        Assert.Equal(new StreamStatus(stream, 3, 17, "位置 17", true, "held", "schema_drift", null, long.MaxValue, 2, 9), result.Value);
    }

    [Fact]
    public async Task Request_HandlerFails_ErrorWithDetails()
    {
        var detail = new ErrorDetail("/properties/a", ErrorCodes.SettingInvalid, new Dictionary<string, string>(StringComparer.Ordinal) { ["setting"] = "a", ["reason"] = "b" });
        var expected = ErrorCodes.ConfigurationInvalid.WithDetails([detail], ("count", 1));
        await using var host = await StartAsync(new RequestHandlers().Handle<RevokeGrant, GrantWasRevoked>((_, _, _) => Task.FromResult<Result<GrantWasRevoked>>(expected)));

        var result = await host.Control.RequestAsync<RevokeGrant, GrantWasRevoked>(new(new(Guid.CreateVersion7()), "理由", "bureau"), Deadline, Cancellation);

        Assert.Equal(expected.ToString(), result.Error?.ToString());
    }

    [Fact]
    public async Task Request_HandlerThrows_UnexpectedWithoutItsText()
    {
        await using var host = await StartAsync(new RequestHandlers().Handle<GetStreamStatus, StreamStatus>((_, _, _) => throw new InvalidOperationException("canary-7781")));

        var result = await host.Control.RequestAsync<GetStreamStatus, StreamStatus>(new(new(Guid.CreateVersion7())), Deadline, Cancellation);

        Assert.Same(ErrorCodes.Unexpected, result.Error?.Code);
        Assert.DoesNotContain("canary-7781", result.ToString(), StringComparison.Ordinal);
        var trace = result.Error!.Data["trace"];
        Assert.NotEmpty(trace);
        Assert.Contains(host.Log.Lines, l => l.Text.Contains("canary-7781", StringComparison.Ordinal) && l.Text.Contains(trace, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_HandlerTooSlow_DeadlineExceeded()
    {
        await using var host = await StartAsync(new RequestHandlers().Handle<GetStreamStatus, StreamStatus>(async (_, _, cancellation) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(8), cancellation);
            return ErrorCodes.Unexpected.With();
        }));
        var watch = Stopwatch.StartNew();

        var result = await host.Control.RequestAsync<GetStreamStatus, StreamStatus>(new(new(Guid.CreateVersion7())), TimeSpan.FromSeconds(1), Cancellation);

        Assert.Same(ErrorCodes.DeadlineExceeded, result.Error?.Code);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Request_AnswerComesAtTheDeadline_EndsOneWayOrTheOther()
    {
        var patience = TimeSpan.FromMilliseconds(40);
        await using var host = await StartAsync(new RequestHandlers().Handle<GetStreamStatus, StreamStatus>(async (request, _, cancellation) =>
        {
            // The work that the question asks for: done a little before the deadline, at it or after it.
            await Task.Delay(Random.Shared.Next(20, 45), cancellation);
            return new StreamStatus(request.Stream, 1, 1, null, false, "open", null, null, 0, 0, 0);
        }));
        var ends = new ConcurrentBag<bool>();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 150; i++)
            {
                var asking = host.Control.RequestAsync<GetStreamStatus, StreamStatus>(new(new StreamId(Guid.CreateVersion7())), patience, Cancellation);
                ends.Add((await asking.WaitAsync(Deadline, Cancellation)).IsError);
            }
        })));

        Assert.Contains(true, ends);
        Assert.Contains(false, ends);
        Assert.False((await host.Control.RequestAsync<GetStreamStatus, StreamStatus>(new(new StreamId(Guid.CreateVersion7())), Deadline, Cancellation)).IsError);
    }

    [Fact]
    public async Task Request_NobodyHandlesIt_ErrorWithinTheDeadline()
    {
        await using var host = await StartAsync(new RequestHandlers().Handle<GetStreamStatus, StreamStatus>((_, _, _) => Task.FromResult<Result<StreamStatus>>(ErrorCodes.Unexpected.With())));
        var watch = Stopwatch.StartNew();

        var result = await host.Control.RequestAsync<DisableClient, ClientDisabled>(new("nobody"), TimeSpan.FromSeconds(2), Cancellation);

        Assert.Contains(result.Error?.Code, new[] { ErrorCodes.DeadlineExceeded, ErrorCodes.BrokerUnavailable });
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Request_Cancelled_Throws()
    {
        await using var host = await StartAsync(new RequestHandlers().Handle<GetStreamStatus, StreamStatus>(async (_, _, cancellation) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(8), cancellation);
            return ErrorCodes.Unexpected.With();
        }));
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => host.Control.RequestAsync<GetStreamStatus, StreamStatus>(new(new(Guid.CreateVersion7())), Deadline, cancelled.Token));
    }

    [Fact]
    public async Task Request_ManyAtOnce_EachGetsItsOwnAnswer()
    {
        await using var host = await StartAsync(new RequestHandlers().Handle<DisableClient, ClientDisabled>(
            async (request, _, cancellation) =>
            {
                await Task.Delay(Random.Shared.Next(20), cancellation);
                return new ClientDisabled(request.ClientId);
            }));

        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = Cancellation }, async (i, cancellation) =>
        {
            var result = await host.Control.RequestAsync<DisableClient, ClientDisabled>(new($"client-{i}"), Deadline, cancellation);
            Assert.Equal($"client-{i}", result.Value.ClientId);
        });
    }

    [Fact]
    public async Task Publish_TwoListeners_BothGetAllInOrder()
    {
        await using var host = await StartAsync(new());
        ConcurrentQueue<long> first = new(), second = new();
        await using var one = await host.Control.ListenAsync<GrantsChanged>(e => Keep(first, e), Cancellation);
        await using var two = await host.Control.ListenAsync<GrantsChanged>(e => Keep(second, e), Cancellation);

        for (var i = 0; i < 100; i++) await host.Control.PublishAsync(new GrantsChanged(i), Cancellation);

        await Eventually.TrueAsync(() => first.Count == 100 && second.Count == 100, Deadline);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), first);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), second);
    }

    [Fact]
    public async Task Publish_NobodyListens_Completes()
    {
        await using var host = await StartAsync(new());

        await host.Control.PublishAsync(new GrantsChanged(1), Cancellation);
    }

    [Fact]
    public async Task Listen_Disposed_GetsNoMore()
    {
        await using var host = await StartAsync(new());
        ConcurrentQueue<long> gone = new(), stays = new();
        await using var witness = await host.Control.ListenAsync<GrantsChanged>(e => Keep(stays, e), Cancellation);
        await (await host.Control.ListenAsync<GrantsChanged>(e => Keep(gone, e), Cancellation)).DisposeAsync();

        await host.Control.PublishAsync(new GrantsChanged(1), Cancellation);

        await Eventually.TrueAsync(() => stays.Count == 1, Deadline);
        Assert.Empty(gone);
    }

    [Fact]
    public async Task Listen_HandlerThrows_NextEventStillComes()
    {
        await using var host = await StartAsync(new());
        var seen = new ConcurrentQueue<long>();
        await using var listener = await host.Control.ListenAsync<GrantsChanged>(e => e.Version == 1 ? throw new InvalidOperationException("first") : Keep(seen, e), Cancellation);

        await host.Control.PublishAsync(new GrantsChanged(1), Cancellation);
        await host.Control.PublishAsync(new GrantsChanged(2), Cancellation);

        await Eventually.TrueAsync(() => seen.Contains(2), Deadline);
    }

    private static Task Keep(ConcurrentQueue<long> queue, GrantsChanged changed)
    {
        queue.Enqueue(changed.Version);
        return Task.CompletedTask;
    }
}
