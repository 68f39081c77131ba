namespace Exchange.Hosting.Bus.Control;

/// <summary>
/// Waits for a call into MassTransit no longer than until a deadline or a cancellation, whatever becomes of the call. An answer that comes at the very moment of its deadline meets
/// the cancellation inside the library, on threads that may wait for each other: so the call runs on a thread of its own, is told on another one that nobody waits any more,
/// and nothing here waits for either. Of an instance that has ended nothing is disposed of that could wait for a callback.
/// </summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _told = new();
    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _cancelled;
    private readonly ITimer _timer;

    public Deadline(TimeSpan after, TimeProvider time, CancellationToken cancellation)
    {
        _timer = time.CreateTimer(static over => ((Deadline)over!).End(), this, after, Timeout.InfiniteTimeSpan);
        _cancelled = cancellation.Register(static over => ((Deadline)over!).End(), this);
    }

    /// <summary>Cancelled at the deadline.</summary>
    public CancellationToken Token => _over.Token;

    /// <exception cref="OperationCanceledException">The deadline has come; the call may still be under way.</exception>
    public async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        // Who waits goes on on a thread of its own, too, never inside the library.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = Task.Run(() => call(_told.Token), CancellationToken.None);
        _ = TellAsync(running, done);
        var registration = Token.Register(static ended => ((TaskCompletionSource)ended!).TrySetResult(), done);
        await done.Task;
        registration.Unregister();
        return running.IsCompleted ? await running : throw new OperationCanceledException(Token);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _cancelled.Unregister();
    }

    private static async Task TellAsync(Task running, TaskCompletionSource done)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        done.TrySetResult();
    }

    private void End()
    {
        _over.Cancel();
        _ = _told.CancelAsync();
    }
}
