namespace Exchange.Adapters.Pipelines;

/// <summary>Wakes all who wait. Take <see cref="Next"/> first, then look at the condition, then await: no wake-up is missed.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource _next = Fresh();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Fire() => Interlocked.Exchange(ref _next, Fresh()).TrySetResult();

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
