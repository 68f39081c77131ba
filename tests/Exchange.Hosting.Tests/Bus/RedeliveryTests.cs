using System.Net.Sockets;
using Exchange.Hosting.Bus;
using Npgsql;

namespace Exchange.Hosting.Tests.Bus;

public sealed class RedeliveryTests : IDisposable
{
    private readonly CapturedLog _log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handle_DatabaseUnavailableManyTimes_NeverSetAside()
    {
        var attempts = 0;

        var finished = await Create().HandleAsync(new(Batches.Create(1), Redelivered: false), (_, _) =>
            ++attempts <= 3 * Redelivery.MaxFailures ? throw new NpgsqlException("lost", new SocketException()) : Task.FromResult(DeliveryOutcome.Done), Cancellation);

        Assert.True(finished);
        Assert.Equal((3 * Redelivery.MaxFailures) + 1, attempts);
    }

    [Fact]
    public async Task Handle_Bug_SetAsideAfterTheLimitAndLogged()
    {
        var attempts = 0;

        var finished = await Create().HandleAsync(new(Batches.Create(1), Redelivered: false), (_, _) =>
        {
            attempts++;
            throw new InvalidOperationException("bug");
        }, Cancellation);

        Assert.False(finished);
        Assert.Equal(Redelivery.MaxFailures, attempts);
        Assert.Equal(Redelivery.MaxFailures, _log.Lines.Count(l => l.Text.Contains("bug", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Handle_AlreadyCancelled_HandlerIsNotCalled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Create().HandleAsync(
            new(Batches.Create(1), Redelivered: false), (_, _) => throw new InvalidOperationException("called"), cancelled.Token));
    }

    public void Dispose() => _log.Dispose();

    private Redelivery Create() => new(TimeProvider.System, _log, TimeSpan.FromMilliseconds(1));
}
