using System.Text;
using System.Text.Json.Nodes;

namespace Exchange.Standalone.Demonstration;

/// <summary>An NDJSON stream that is read at the pace of a slow line, until it is told to hurry.</summary>
internal sealed class OpenStream(Stream body, TimeProvider clock) : IAsyncDisposable
{
    private const int FirstBytes = 64 * 1024;
    private const int BytesPerMillisecond = 400;
    private const int BytesPerPause = 4_000;
    private const string ProblemMark = "{\"_problem\"";
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly List<byte> _line = [];
    private volatile bool _hurry;

    /// <summary>Lines read so far, the last one excepted where it holds a problem.</summary>
    public long Lines { get; private set; }

    /// <summary>The last line, whole or not.</summary>
    public string LastLine { get; private set; } = "";

    /// <summary>The last line, where it tells why the stream ended early.</summary>
    public JsonNode? Problem => LastLine.StartsWith(ProblemMark, StringComparison.Ordinal) ? JsonNode.Parse(LastLine)!["_problem"] : null;

    /// <summary>From now on reads as fast as it can.</summary>
    public void Hurry() => _hurry = true;

    /// <summary>Reads the beginning.</summary>
    public async Task ReadFirstAsync(CancellationToken cancellation)
    {
        for (var total = 0; total < FirstBytes;)
        {
            var read = await body.ReadAsync(_buffer, cancellation);
            if (read == 0) return;
            total += read;
            Take(_buffer.AsSpan(0, read));
        }
    }

    /// <summary>Reads on to the end. A connection that is cut off is an end too.</summary>
    public async Task ReadToEndAsync(CancellationToken cancellation)
    {
        try
        {
            int read;
            var sincePause = 0;
            while ((read = await body.ReadAsync(_buffer, cancellation)) > 0)
            {
                Take(_buffer.AsSpan(0, read));
                sincePause += read;
                if (_hurry || sincePause < BytesPerPause) continue;
                await Task.Delay(TimeSpan.FromMilliseconds(sincePause / BytesPerMillisecond), clock, cancellation);
                sincePause = 0;
            }
        }
        catch (IOException)
        {
            // A connection that is cut is an end like any other here; what was cut, and whether a reason was given, is checked.
        }

        if (_line.Count > 0) EndLine();
        if (Problem is not null) Lines--;
    }

    public ValueTask DisposeAsync() => body.DisposeAsync();

    private void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value == (byte)'\n') EndLine();
            else _line.Add(value);
        }
    }

    private void EndLine()
    {
        LastLine = Encoding.UTF8.GetString([.. _line]);
        _line.Clear();
        Lines++;
    }
}
