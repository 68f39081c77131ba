using Exchange.Gateway.Database;
using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Gateway.Publishing;

/// <summary>Forgets expired idempotency keys, a bounded number at a time.</summary>
internal sealed partial class ForgetKeys(GatewayDatabase database, TimeProvider time, ILogger<ForgetKeys> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <returns>How many were forgotten.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        await using var connection = database.NewPublishingConnection();
        await connection.OpenAsync(cancellation);
        await using var forget = new NpgsqlCommand(PublishingSql.ForgetExpired, connection) { Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() } } };
        return await forget.ExecuteNonQueryAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stoppingToken);
                await RunOnceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (DatabaseFaults.IsUnavailable(fault))
            {
                LogPutOff(logger, fault);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Expired idempotency keys could not be forgotten; trying again in a minute.")]
    private static partial void LogPutOff(ILogger logger, Exception fault);
}
