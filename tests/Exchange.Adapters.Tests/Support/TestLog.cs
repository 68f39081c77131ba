using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Exchange.Adapters.Tests.Support;

/// <summary>Logs into the output of the test that is running, and keeps what was said.</summary>
internal sealed class TestLog : ILogger
{
    private readonly ITestOutputHelper? _output = TestContext.Current.TestOutputHelper;

    public ConcurrentQueue<string> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = $"{logLevel} {formatter(state, exception)} {exception}";
        Lines.Enqueue(line);
        _output?.WriteLine(line);
    }
}
