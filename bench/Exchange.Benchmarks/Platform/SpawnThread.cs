using System.Collections.Concurrent;
using System.Diagnostics;

namespace Exchange.Benchmarks.Platform;

/// <summary>
/// Starts child processes from one thread that lives as long as this process: the kernel's parent-death signal watches the thread that started the child.
/// </summary>
internal static class SpawnThread
{
    private static readonly BlockingCollection<(Process Process, TaskCompletionSource Started)> Work = [];
    private static readonly Thread Spawner = Run();

    public static Task StartAsync(Process process)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add((process, started));
        return Spawner.IsAlive ? started.Task : throw new InvalidOperationException("The thread that starts processes has ended.");
    }

    private static Thread Run()
    {
        var thread = new Thread(static () =>
        {
            foreach (var (process, started) in Work.GetConsumingEnumerable())
            {
                try
                {
                    process.Start();
                    started.SetResult();
                }
                catch (Exception fault)
                {
                    started.SetException(fault);
                }
            }
        }) { IsBackground = true, Name = "child processes" };
        thread.Start();
        return thread;
    }
}
