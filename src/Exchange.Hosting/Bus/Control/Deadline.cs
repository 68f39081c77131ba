namespace Exchange.Hosting.Bus.Control;

/// <summary>
/// Waits for a call into MassTransit no longer than until a deadline or a cancellation, whatever becomes of the call: one that blocks its thread, or blocks where it is told of the
/// end, holds up nobody. So it runs on a thread of its own and is told on another one, and nothing is disposed of here that would wait for a callback of it.
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

    /// <summary>Cancelled at the deadline and at the cancellation.</summary>
    public CancellationToken Token => _over.Token;

    /// <exception cref="OperationCanceledException">The deadline or the cancellation has come; the call may still be under way.</exception>
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
