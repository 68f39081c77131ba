using System.Text;
using Exchange.Hosting.Embedded;

namespace Exchange.Testing.Servers;

/// <summary>Real RabbitMQ for tests.</summary>
public static class RabbitMqServer
{
    private static readonly SemaphoreSlim s_gate = new(1, 1);
    private static RabbitMqBroker? s_shared;

    /// <summary>The broker all tests of this process share; started by the first. Use a prefix of your own. Never kill it: take <see cref="StartAsync"/> for that.</summary>
    public static async Task<RabbitMqBroker> SharedAsync()
    {
        await s_gate.WaitAsync();
        try
        {
            return s_shared ??= await StartAsync();
        }
        finally
        {
            s_gate.Release();
        }
    }

    /// <summary>A broker of the test's own, in a new folder or in the given one.</summary>
    public static Task<RabbitMqBroker> StartAsync(string? folder = null, params IReadOnlyList<string> settings) =>
        RabbitMqBroker.StartAsync(new RabbitMqBrokerOptions { Folder = folder ?? TestFolder.Create("rabbitmq"), Settings = settings });

    /// <summary>
    /// Waits until a quorum queue is in the broker's directory on disk. RabbitMQ 3.10 writes that directory half a second late: a queue declared just
    /// before a crash cannot be read after it, so a test waits for this before its first kill.
    /// </summary>
    public static Task QueueOnDiskAsync(string folder, string queue) =>
        Eventually.TrueAsync(() => Directory
            .EnumerateFiles(Path.Combine(folder, "data"), "names.dets", SearchOption.AllDirectories)
            .Any(file => Encoding.Latin1.GetString(File.ReadAllBytes(file)).Contains($"_{queue}", StringComparison.Ordinal)));
}
