using System.Buffers;
using Exchange.Records.Rows;

namespace Exchange.Records.Formats;

/// <summary>One JSON object per line, as <see cref="JsonRowWriter"/> writes it, each line ended by a line feed.</summary>
public sealed class NdjsonWriter(IReadOnlyList<Column> columns) : IRowsWriter
{
    private readonly JsonRowWriter _rows = new(columns);

    public string MediaType => "application/x-ndjson";

    public void WriteHeader(IBufferWriter<byte> output)
    {
        // NDJSON has none.
    }

    public void WriteRow(IBufferWriter<byte> output, ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields)
    {
        _rows.Write(output, rows, fields);
        output.GetSpan(1)[0] = (byte)'\n';
        output.Advance(1);
    }

    public void WriteTrailer(IBufferWriter<byte> output)
    {
        // NDJSON has none; a cut stream ends with a line that holds the problem.
    }
}
