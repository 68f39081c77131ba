namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>
/// How often a queue could not be consumed because of an error inside the broker, one right after the other. A broker that ends or comes back says the same of queues that are sound: for a moment,
/// or before an absence. Not safe for use by several threads.
/// </summary>
internal sealed class QueueFailures(TimeProvider time)
{
    /// <summary>A sound queue is back by then.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(4);

    /// <summary>Attempts follow each other within a second; after a longer pause the broker was away, and nothing is known of the queue.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    private const int LeastFailures = 3;

    private int _count;
    private long _first;
    private long _last;

    /// <summary>Whether the queue is to be taken for dead.</summary>
    public bool SayDead => _count >= LeastFailures && time.GetElapsedTime(_last) <= LongestPause && time.GetElapsedTime(_first) > DeadAfter;

    public void Add()
    {
        var now = time.GetTimestamp();
        if (_count == 0 || time.GetElapsedTime(_last, now) > LongestPause) (_count, _first) = (0, now);
        _count++;
        _last = now;
    }

    public void Forget() => _count = 0;
}
