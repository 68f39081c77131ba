using System.Collections.Concurrent;
using Exchange.Standalone.Platform;

namespace Exchange.System.Tests.Faults;

/// <summary>
/// Starts a process again that ended by itself, as systemd or compose does in a deployment. One that a test ended is left to the test, and so is an adapter that another took the place of.
/// </summary>
internal sealed class Supervisor : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly HostProcess _host;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _watch;
    private readonly ConcurrentQueue<string> _ends = new();

    public Supervisor(HostProcess host)
    {
        _host = host;
        _watch = WatchAsync(_ending.Token);
    }

    /// <summary>Why the process ended, each time.</summary>
    public IReadOnlyCollection<string> Ends => _ends;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ending.Dispose();
    }

    private async Task WatchAsync(CancellationToken ending)
    {
        while (true)
        {
            var life = _host.Completion;
            await Task.WhenAny(life, Task.Delay(Timeout.InfiniteTimeSpan, ending));
            ending.ThrowIfCancellationRequested();
            if (life.Exception?.InnerException is { } end && !end.Message.Contains("stream_fenced", StringComparison.Ordinal))
            {
                _ends.Enqueue(end.Message);
                await Task.Delay(Pause, ending);
                if (_host.Completion == life) await _host.RestartAsync();
            }

            while (_host.Completion == life) await Task.Delay(Look, ending);
        }
    }
}
