using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>One exchange with a table that flows through it, shared by the fault tests of a class: its start takes longer than most faults.</summary>
public class FaultYard : IAsyncLifetime
{
    private FaultRun? _run;

    internal FaultRun Run => _run ?? throw new InvalidOperationException("The yard is not open.");

    /// <summary>What stands between the parts; null where they connect directly.</summary>
    internal virtual FaultLinks? Links => null;

    internal virtual FaultLoad Load => FaultLoad.Short;

    /// <summary>How the adapter follows the source.</summary>
    internal virtual string Mode => FaultBench.Comparing;

    public virtual async ValueTask InitializeAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var bench = await FaultBench.StartAsync(Load.Rows, Links, cancellation);
        try
        {
            _run = await FaultRun.StartAsync(bench, Load, Mode, cancellation);
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_run is not null) await _run.Bench.DisposeAsync();
    }
}

/// <summary>A yard with a proxy in each connection.</summary>
public sealed class ProxiedYard : FaultYard
{
    internal override FaultLinks Links { get; } = new();
}

/// <summary>A yard in which much moves.</summary>
public sealed class LongYard : FaultYard
{
    internal override FaultLoad Load => FaultLoad.Long;
}

/// <summary>A yard whose adapter captures the source's changes.</summary>
public sealed class CapturingYard : FaultYard
{
    internal override string Mode => FaultBench.Capturing;
}

/// <summary>As above, with a proxy in each connection.</summary>
public sealed class ProxiedCapturingYard : FaultYard
{
    internal override FaultLinks Links { get; } = new();

    internal override string Mode => FaultBench.Capturing;
}

/// <summary>A yard in which much moves, and is captured.</summary>
public sealed class LongCapturingYard : FaultYard
{
    internal override FaultLoad Load => FaultLoad.Long;

    internal override string Mode => FaultBench.Capturing;
}

/// <summary>A yard whose stores get small disks of their own, one after the other.</summary>
public sealed class DiskYard : FaultYard
{
    private readonly List<StoreDisk> _disks = [];

    /// <summary>Stays closed for whoever may not mount anyway.</summary>
    public override ValueTask InitializeAsync() => Environment.IsPrivilegedProcess ? base.InitializeAsync() : ValueTask.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var disk in _disks) await disk.DisposeAsync();
        await base.DisposeAsync();
        foreach (var disk in _disks) await disk.UnmountAsync();
    }

    /// <summary>Skips the test, by name, where that is not allowed.</summary>
    internal async Task<StoreDisk> PlaceAsync(Store store, CancellationToken cancellation)
    {
        if (!Environment.IsPrivilegedProcess) Assert.Skip($"full disk of {store}: mounting a tmpfs needs root.");
        // Two stores may be of one server, which is not to be started twice.
        foreach (var earlier in _disks) await earlier.EndSupervisionAsync();
        var disk = await StoreDisk.PlaceAsync(Run.Bench, store, cancellation);
        _disks.Add(disk);
        return disk;
    }
}

/// <summary>Kills, and all that lasts long, come one after the other; the other short faults are a row of their own beside the short kills.</summary>
public static class FaultCollection
{
    public const string Name = "Kills and long faults";

    public const string Other = "Other faults";
}
