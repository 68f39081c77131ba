namespace Exchange.System.Tests.Faults;

/// <summary>What a process writes into its log from now on.</summary>
internal sealed class LogTail
{
    private readonly string _file;
    private readonly long _from;

    public LogTail(string file) => (_file, _from) = (file, new FileInfo(file).Length);

    /// <param name="host">Name of a host's log, without the ending.</param>
    public static LogTail Of(FaultBench bench, string host) => new(Path.Combine(bench.Platform.Logs, host + ".log"));

    public async Task<bool> HasAsync(string text, CancellationToken cancellation) => (await ReadAsync(cancellation)).Contains(text, StringComparison.Ordinal);

    public async Task<string> ReadAsync(CancellationToken cancellation)
    {
        await using var log = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Seek(_from, SeekOrigin.Begin);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync(cancellation);
    }
}
