using System.Globalization;
using System.Runtime.InteropServices;

namespace Exchange.Benchmarks.Measuring;

/// <summary>What the ratios were measured on. Names no machine and no user.</summary>
internal sealed record Machine(string Processor, int Cores, double MemoryGiB, string System, string Runtime, string Load)
{
    public static Machine Describe()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown processor";
        return new Machine(
            model, Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription, LoadAverage().ToString("F2", CultureInfo.InvariantCulture));
    }

    /// <summary>Other work took its share of the processors before the run: its ratios are provisional.</summary>
    public bool IsBusy => double.Parse(Load, CultureInfo.InvariantCulture) > Cores;

    /// <summary>Runnable processes on average over the last minute: what else was going on before the run.</summary>
    public static double LoadAverage() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}
