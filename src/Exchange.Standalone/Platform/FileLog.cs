using System.Globalization;

namespace Exchange.Standalone.Platform;

/// <summary>Writes the log of the hosts into a file, so that the terminal is left to the story.</summary>
internal sealed class FileLog : ILoggerProvider
{
    private readonly StreamWriter _writer;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private bool _closed;

    public FileLog(string file, TimeProvider clock)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        _writer = new StreamWriter(file, append: true) { AutoFlush = true };
        _clock = clock;
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _writer.Dispose();
        }
    }

    private void Write(string line)
    {
        lock (_gate)
        {
            if (!_closed) _writer.WriteLine(line);
        }
    }

    private sealed class Category(FileLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var time = log._clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
            log.Write(exception is null ? $"{time} {logLevel} {name}: {formatter(state, exception)}" : $"{time} {logLevel} {name}: {formatter(state, exception)}\n{exception}");
        }
    }
}
