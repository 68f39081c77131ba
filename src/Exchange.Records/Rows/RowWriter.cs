using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Exchange.Records.Rows;

/// <summary>
/// Writes tuples in PostgreSQL's binary COPY layout into a growing buffer. Not safe for use by several threads.
/// The caller writes exactly as many fields as <see cref="StartRow"/> announced.
/// </summary>
public sealed class RowWriter(IBufferWriter<byte> output)
{
    /// <summary>Most bytes that <see cref="NumberBytes"/> writes.</summary>
    public const int MaxNumberBytes = PgNumeric.MaxDecimalBytes;

    /// <summary>Writes the binary form of a number, without its length, and tells how many bytes it took.</summary>
    /// <param name="output">At least <see cref="MaxNumberBytes"/>.</param>
    public static int NumberBytes(decimal value, Span<byte> output) => PgNumeric.Write(value, output);

    /// <summary>The file that the rows come from, without its folder, or another name of their source; null where there is none.</summary>
    public string? Source { get; init; }

    /// <summary>Where the row being written stands in <see cref="Source"/>, from 1.</summary>
    public long Line { get; set; }

    /// <summary>Begins a tuple of <paramref name="fields"/> fields.</summary>
    public void StartRow(int fields)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(2), checked((short)fields));
        output.Advance(2);
    }

    public void WriteNull()
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), -1);
        output.Advance(4);
    }

    /// <summary>Writes a field that is already in its binary form.</summary>
    public void WriteRaw(ReadOnlySpan<byte> value)
    {
        var span = output.GetSpan(4 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(span, value.Length);
        value.CopyTo(span[4..]);
        output.Advance(4 + value.Length);
    }

    /// <summary>Writes a cell that could not be turned into its field's type, as <see cref="BadCell"/> describes.</summary>
    public void WriteBadCell(ReadOnlySpan<char> text, BadCellReason reason = BadCellReason.TypeWrong)
    {
        var span = BeginBadCell(reason, out var at);
        Utf8.FromUtf16(text, span.Slice(at, BadCell.MaxText), out _, out var written);
        EndBadCell(span, at + written);
    }

    /// <summary>As the other, with text that is UTF-8 already, or claims to be.</summary>
    public void WriteBadCell(ReadOnlySpan<byte> text, BadCellReason reason)
    {
        var span = BeginBadCell(reason, out var at);
        var kept = text[..Math.Min(text.Length, BadCell.MaxText)];
        kept.CopyTo(span[at..]);
        EndBadCell(span, at + kept.Length);
    }

    private Span<byte> BeginBadCell(BadCellReason reason, out int at)
    {
        var span = output.GetSpan(4 + BadCell.Prefix.Length + 1 + BadCell.MaxPlace + 1 + BadCell.MaxText);
        BadCell.Prefix.CopyTo(span[4..]);
        at = 4 + BadCell.Prefix.Length;
        span[at++] = (byte)reason;
        at += WritePlace(span.Slice(at, BadCell.MaxPlace));
        span[at++] = 0;
        return span;
    }

    private void EndBadCell(Span<byte> span, int end)
    {
        BinaryPrimitives.WriteInt32BigEndian(span, end - 4);
        output.Advance(end);
    }

    private int WritePlace(Span<byte> output)
    {
        if (Source is null) return 0;
        var line = string.Create(CultureInfo.InvariantCulture, $":{Line}");
        Utf8.FromUtf16(Source, output[..^line.Length], out _, out var name);
        return name + Encoding.ASCII.GetBytes(line, output[name..]);
    }

    /// <summary>Writes text. Half a surrogate pair becomes bytes that are not UTF-8, so that the validator refuses the value instead of a silent replacement.</summary>
    public void WriteText(ReadOnlySpan<char> value)
    {
        var span = output.GetSpan(4 + Encoding.UTF8.GetMaxByteCount(value.Length));
        if (Utf8.FromUtf16(value, span[4..], out _, out var length, replaceInvalidSequences: false) != OperationStatus.Done) span[4 + length++] = 0xFF;
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        output.Advance(4 + length);
    }

    public void WriteInt64(long value)
    {
        var span = output.GetSpan(12);
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteInt64BigEndian(span[4..], value);
        output.Advance(12);
    }

    public void WriteDouble(double value) => WriteInt64(BitConverter.DoubleToInt64Bits(value));

    public void WriteBoolean(bool value) => WriteRaw(value ? [1] : [0]);

    public void WriteDate(DateOnly value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value.DayNumber - PgEpoch.DayNumber);
        WriteRaw(bytes);
    }

    public void WriteTimestamp(DateTimeOffset value) => WriteInt64((value.UtcTicks - PgEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    public void WriteTime(TimeOnly value) => WriteInt64(value.Ticks / TimeSpan.TicksPerMicrosecond);

    public void WriteUuid(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        WriteRaw(bytes);
    }

    public void WriteNumber(decimal value)
    {
        Span<byte> bytes = stackalloc byte[PgNumeric.MaxDecimalBytes];
        WriteRaw(bytes[..PgNumeric.Write(value, bytes)]);
    }
}
