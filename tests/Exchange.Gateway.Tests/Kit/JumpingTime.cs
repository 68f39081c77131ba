namespace Exchange.Gateway.Tests.Kit;

/// <summary>The system's time with a monotonic clock that can jump, as it does for a process that was stopped and goes on.</summary>
internal sealed class JumpingTime : TimeProvider
{
    private long _ahead;

    public override long GetTimestamp() => System.GetTimestamp() + Volatile.Read(ref _ahead);

    public override long TimestampFrequency => System.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow();

    public void Jump(TimeSpan time) => Interlocked.Add(ref _ahead, (long)(time.TotalSeconds * TimestampFrequency));
}
