using Exchange.Contracts.Errors;
using Exchange.Records.Formats;

namespace Exchange.Adapters.Sources.Files;

/// <summary>Refuses a file at the first line that no record could need, while its bytes pass by: such a line is never held in memory.</summary>
internal sealed class LineLimit
{
    /// <summary>No encoding takes more bytes for the longest record.</summary>
    public const long MostBytes = 4L * CsvReader.MaxRecord;

    private long _line = 1;
    private long _start;
    private long _at;

    public Error? Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOfAny((byte)'\n', (byte)'\r') is var end && end >= 0)
        {
            if (IsTooLong(end)) return TooLong();
            _at += end + 1;
            _start = _at;
            if (bytes[end] == '\n') _line++;
            bytes = bytes[(end + 1)..];
        }

        if (IsTooLong(bytes.Length)) return TooLong();
        _at += bytes.Length;
        return null;
    }

    private bool IsTooLong(int more) => _at + more - _start > MostBytes;

    private Error TooLong() => ErrorCodes.CsvMalformed.With(
        ("line", _line), ("offset", _start), ("reason", $"a line longer than {MostBytes} bytes"), ("reason:zh", $"单行超过 {MostBytes} 字节"));
}
