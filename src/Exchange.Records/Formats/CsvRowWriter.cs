using System.Buffers;
using System.Text;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Formats;

/// <summary>
/// CSV (RFC 4180) in UTF-8 without a byte-order mark: header line, CRLF, quotes where needed. Null is an empty cell; empty text is <c>""</c>. A text cell that a spreadsheet would run as a
/// formula (it begins with <c>= + - @</c>, tab or carriage return) gets a leading <c>'</c>; numbers and dates never do. Raw output leaves text as it is.
/// </summary>
public sealed class CsvRowWriter(IReadOnlyList<Column> columns, bool raw = false) : IRowsWriter
{
    private const int OtherLength = 48;

    private static readonly SearchValues<byte> NeedsQuotes = SearchValues.Create(",\"\r\n\t"u8);

    private static readonly SearchValues<byte> FormulaStarts = SearchValues.Create("=+-@\t\r"u8);

    private readonly FieldType[] _types = [.. columns.Select(c => c.Type)];
    private readonly byte[] _header = Header(columns);

    public string MediaType => "text/csv; charset=utf-8; header=present";

    public void WriteHeader(IBufferWriter<byte> output) => output.Write(_header);

    public void WriteRow(IBufferWriter<byte> output, ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields)
    {
        var span = output.GetSpan(MaxLength(fields));
        var at = 0;
        for (var i = 0; i < _types.Length; i++)
        {
            if (i > 0) span[at++] = (byte)',';
            if (fields[i].IsNull) continue;
            var value = rows.Slice(fields[i].Offset, fields[i].Length);
            at += _types[i] == FieldType.Text ? WriteText(value, span[at..], raw) : ValueText.Write(_types[i], value, span[at..]);
        }

        span[at++] = (byte)'\r';
        span[at++] = (byte)'\n';
        output.Advance(at);
    }

    public void WriteTrailer(IBufferWriter<byte> output)
    {
        // CSV has none.
    }

    private int MaxLength(ReadOnlySpan<FieldSlice> fields)
    {
        var length = 2 + (fields.Length * (OtherLength + 1));
        for (var i = 0; i < _types.Length; i++)
        {
            if (_types[i] == FieldType.Text) length = checked(length + (2 * Math.Max(0, fields[i].Length)));
            else if (_types[i] == FieldType.Number) length += ValueText.MaxLength;
        }

        return length;
    }

    private static byte[] Header(IReadOnlyList<Column> columns)
    {
        var header = new List<byte>();
        foreach (var column in columns)
        {
            if (header.Count > 0) header.Add((byte)',');
            var name = Encoding.UTF8.GetBytes(column.Name);
            var cell = new byte[(2 * name.Length) + 4];
            header.AddRange(cell.AsSpan(0, WriteText(name, cell, raw: true)));
        }

        return [.. header, (byte)'\r', (byte)'\n'];
    }

    private static int WriteText(ReadOnlySpan<byte> value, Span<byte> output, bool raw)
    {
        var guard = !raw && value.Length > 0 && FormulaStarts.Contains(value[0]);
        var quote = value.Length == 0 || value.ContainsAny(NeedsQuotes) || value[0] == ' ' || value[^1] == ' ';
        var at = 0;
        if (quote) output[at++] = (byte)'"';
        if (guard) output[at++] = (byte)'\'';
        while (true)
        {
            var mark = value.IndexOf((byte)'"');
            var run = mark < 0 ? value : value[..(mark + 1)];
            run.CopyTo(output[at..]);
            at += run.Length;
            if (mark < 0) break;
            output[at++] = (byte)'"';
            value = value[(mark + 1)..];
        }

        if (quote) output[at++] = (byte)'"';
        return at;
    }
}
