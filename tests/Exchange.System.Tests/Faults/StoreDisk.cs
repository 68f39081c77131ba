using System.Diagnostics;
using System.Globalization;
using Exchange.Hosting.Embedded;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Which store's disk fills up.</summary>
public enum Store
{
    PlatformData,
    PlatformLog,
    BrokerData,
    TargetData,
}

/// <summary>A store's folder on a small disk of its own (tmpfs), which can be filled to the last byte and freed again; and its server, started again whenever it ends.</summary>
internal sealed class StoreDisk : IAsyncDisposable
{
    // Besides rows it holds the log of a while: servers keep it longer than these tests run.
    private const int SpareMegabytes = 256;

    // The broker stops taking messages below its free-space limit of 200 MB; above it there has to be room.
    private const int BrokerMegabytes = 320;
    private const string Filler = "filler";
    private const string DevicePrefix = "exchange-test-";
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(200);

    private readonly string _folder;
    private readonly StoreServer _server;
    private readonly CancellationTokenSource _ending = new();
    private Task _supervising = Task.CompletedTask;

    private StoreDisk(string folder, StoreServer server) => (_folder, _server) = (folder, server);

    /// <summary>Stops the store's server, moves its folder to a disk of its own, and starts it again. Skips the test, by name, where that is not allowed.</summary>
    public static async Task<StoreDisk> PlaceAsync(FaultBench bench, Store store, CancellationToken cancellation)
    {
        await UnmountLeftAsync();
        var disk = new StoreDisk(FolderOf(bench, store), StoreServer.Of(bench, store));
        await disk._server.Stop();
        var mounted = await disk.MountAsync(store);
        await disk._server.Start(cancellation);
        if (!mounted) Assert.Skip($"full disk of {store}: this machine does not allow mounting a tmpfs.");
        disk._supervising = disk.SuperviseAsync(disk._ending.Token);
        return disk;
    }

    /// <summary>Takes all the room there is.</summary>
    public void Fill()
    {
        using var file = new FileStream(Path.Combine(_folder, Filler), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        foreach (var size in (int[])[1 << 20, 4096])
        {
            var block = new byte[size];
            try
            {
                while (true) file.Write(block);
            }
            catch (IOException)
            {
                // Full at this size.
            }
        }
    }

    public void Free() => File.Delete(Path.Combine(_folder, Filler));

    /// <summary>From now on the server is left as it is, and may be stopped.</summary>
    public async Task EndSupervisionAsync()
    {
        await _ending.CancelAsync();
        await _supervising.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends the supervision. The folder stays where it is, for a server that still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        Free();
        await EndSupervisionAsync();
        _ending.Dispose();
    }

    /// <summary>Gives the disk back. Only after the server has ended.</summary>
    public Task UnmountAsync() => RunAsync("umount", "--lazy", _folder);

    /// <summary>As the supervisor of a server does: starts it where it ended, and again, until it stays.</summary>
    private async Task SuperviseAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Watch, cancellation);
            if (_server.IsRunning()) continue;
            try
            {
                await _server.Start(cancellation);
            }
            catch (InvalidOperationException)
            {
                // It ended at its start, as it does without room.
            }
        }
    }

    private async Task<bool> MountAsync(Store store)
    {
        var aside = _folder + ".aside";
        Directory.Move(_folder, aside);
        Directory.CreateDirectory(_folder);
        var used = Directory.EnumerateFiles(aside, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length) >> 20;
        var size = store == Store.BrokerData ? BrokerMegabytes : used + SpareMegabytes;
        var device = DevicePrefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var mounted = await RunAsync("mount", "-t", "tmpfs", "-o", $"size={size}m", device, _folder);
        if (!mounted)
        {
            Directory.Delete(_folder);
            Directory.Move(aside, _folder);
            return false;
        }

        if (!await RunAsync("cp", "-a", aside + "/.", _folder)) throw new IOException($"{aside} could not be copied to {_folder}.");
        Directory.Delete(aside, recursive: true);
        return true;
    }

    /// <summary>Gives back the disks of test processes that were killed.</summary>
    private static async Task UnmountLeftAsync()
    {
        foreach (var mount in (await File.ReadAllLinesAsync("/proc/mounts")).Select(line => line.Split(' ')).Where(m => m[0].StartsWith(DevicePrefix, StringComparison.Ordinal)))
            if (!Directory.Exists($"/proc/{mount[0][DevicePrefix.Length..]}")) await RunAsync("umount", "--lazy", mount[1]);
    }

    private static string FolderOf(FaultBench bench, Store store) => store switch
    {
        Store.PlatformData => Path.Combine(bench.Folder.Platform, "data", "base"),
        Store.PlatformLog => Path.Combine(bench.Folder.Platform, "data", "pg_wal"),
        Store.BrokerData => Path.Combine(bench.Folder.Broker, "data"),
        // Rows and log on one disk, as a department has them.
        _ => Path.Combine(bench.Folder.ServiceCentre, "data"),
    };

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    /// <summary>The server that keeps a store.</summary>
    private sealed record StoreServer(Func<Task> Stop, Func<CancellationToken, Task> Start, Func<bool> IsRunning)
    {
        public static StoreServer Of(FaultBench bench, Store store)
        {
            var broker = bench.Platform.Broker;
            return store switch
            {
                Store.BrokerData => new(broker.StopAsync, broker.RestartAsync, () => broker.IsRunning),
                Store.TargetData => Of(bench.Consumer.Cluster, bench.Consumer.Database),
                _ => Of(bench.Platform.Server.Cluster, bench.Platform.Database),
            };
        }

        private static StoreServer Of(PostgresCluster cluster, NpgsqlDataSource ours) => new(
            cluster.StopAsync,
            async cancellation =>
            {
                await cluster.RestartAsync(cancellation);
                // The test's own sessions died with the server.
                ours.Clear();
            },
            () => cluster.IsRunning);
    }
}
