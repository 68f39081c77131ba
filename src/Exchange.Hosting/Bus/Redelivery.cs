using Exchange.Hosting.Database;
using Microsoft.Extensions.Logging;

namespace Exchange.Hosting.Bus;

/// <summary>
/// Holds a delivery and hands it to its handler until it is finished, with growing pauses. It is not given back to the broker in between:
/// an outage of the database must not use up the delivery limit, which is there for handlers that kill their process.
/// </summary>
/// <param name="longestPause">Pauses grow to this; five seconds where it is left out.</param>
internal sealed class Redelivery(TimeProvider time, ILogger logger, TimeSpan? longestPause = null)
{
    /// <summary>Attempts that may fail for a reason that is not an outage; then the batch is set aside.</summary>
    public const int MaxFailures = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private readonly TimeSpan _longestPause = longestPause ?? TimeSpan.FromSeconds(5);

    /// <summary>True where the delivery is finished, false where it failed <see cref="MaxFailures"/> times and has to go to the dead letters.</summary>
    public async Task<bool> HandleAsync(RecordDelivery delivery, Func<RecordDelivery, CancellationToken, Task<DeliveryOutcome>> handle, CancellationToken cancellation)
    {
        var failures = 0;
        for (var pause = FirstPause; ; pause = pause * 2 < _longestPause ? pause * 2 : _longestPause)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                if (await handle(delivery, cancellation) == DeliveryOutcome.Done)
                {
                    BusMetrics.Finished.Add(1);
                    return true;
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e) when (DatabaseFaults.IsUnavailable(e))
            {
                logger.LogWarning("Batch {Batch}: the database is not available ({Error}); again in {Pause} ms", Name(delivery), e.Message, pause.TotalMilliseconds);
            }
            catch (Exception e)
            {
                failures++;
                logger.LogError(e, "Batch {Batch} failed, attempt {Attempt} of {MaxAttempts}", Name(delivery), failures, MaxFailures);
                if (failures == MaxFailures)
                {
                    BusMetrics.SetAside.Add(1);
                    return false;
                }
            }
            BusMetrics.Repeated.Add(1);
            delivery = delivery with { Redelivered = true };
            await Task.Delay(pause, time, cancellation);
        }
    }

    private static string Name(RecordDelivery delivery) => $"{delivery.Batch.Header.Stream}/{delivery.Batch.Header.Epoch}/{delivery.Batch.Header.Sequence}";
}
