using System.Collections.Concurrent;

namespace Exchange.Hosting.Embedded;

/// <summary>
/// One thread that lives as long as the process and starts all embedded servers. The kernel's parent-death signal watches the thread that
/// started a child, not the process; a child started from a pool thread would be stopped when the pool retires that thread.
/// </summary>
internal static class SpawnThread
{
    private static readonly BlockingCollection<Action> s_work = [];
    private static readonly Thread s_thread = Start();

    public static Task<T> RunAsync<T>(Func<T> spawn)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        s_work.Add(() =>
        {
            try
            {
                done.SetResult(spawn());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return s_thread.IsAlive ? done.Task : throw new InvalidOperationException("The thread that starts servers has ended.");
    }

    private static Thread Start()
    {
        var thread = new Thread(static () =>
        {
            foreach (var work in s_work.GetConsumingEnumerable())
                work();
        })
        { IsBackground = true, Name = "embedded servers" };
        thread.Start();
        return thread;
    }
}
