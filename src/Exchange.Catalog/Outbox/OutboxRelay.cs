using Exchange.Catalog.Database;
using Exchange.Hosting.Bus;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Exchange.Catalog.Outbox;

/// <summary>
/// Announces what transactions left in the outbox: at least once, in order while one relay runs. Woken by notification, and looks every second in any case.
/// </summary>
internal sealed class OutboxRelay(CatalogDatabase database, IControlBus bus, TimeProvider time, ILogger<OutboxRelay> log) : BackgroundService
{
    private const int MostPerRound = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    /// <summary>Announces up to a hundred messages.</summary>
    /// <returns>How many were announced.</returns>
    /// <exception cref="TransportUnavailableException">The broker did not take a message: it stays in the outbox.</exception>
    public async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var messages = await connection.ListAsync(
            OutboxSql.Take, r => (Id: r.GetInt64(0), Type: r.GetString(1), Message: r.GetString(2)), cancellation, MostPerRound);
        var announced = new List<long>();
        foreach (var (id, type, message) in messages)
        {
            // A type of a newer version stays for the process that knows it.
            if (await OutboxMessages.TryPublishAsync(bus, type, message, cancellation)) announced.Add(id);
            else log.LogWarning("Outbox message {Id} has the unknown type {Type}", id, type);
        }

        if (announced.Count > 0) await connection.ExecuteAsync(OutboxSql.Remove, cancellation, announced.ToArray());
        await transaction.CommitAsync(cancellation);
        return announced.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var backOff = Interval;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var listener = await database.OpenAsync(stoppingToken);
                await listener.ExecuteAsync($"LISTEN {OutboxSql.Channel}", stoppingToken);
                backOff = Interval;
                while (true)
                {
                    while (await RunOnceAsync(stoppingToken) > 0) log.LogDebug("Outbox messages were announced");
                    await listener.WaitAsync(Interval, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TransportUnavailableException or OperationCanceledException or TimeoutException)
            {
                log.LogWarning(e, "The outbox relay waits {BackOff}", backOff);
            }

            await DelayAsync(backOff, stoppingToken);
            backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
        }
    }

    private async Task DelayAsync(TimeSpan backOff, CancellationToken stoppingToken) =>
        await Task.Delay(backOff, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
