using System.Buffers;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Formats;

/// <summary>One column of an answer: the name it has outside and the type its values have in the rows.</summary>
public readonly record struct Column(string Name, FieldType Type)
{
    public static Column Of(Field field) => new(field.Name, field.Type);
}

/// <summary>
/// Writes rows in one format of the edge. The rows must have passed the validator, or come from PostgreSQL. A header, then rows, then a trailer; a stream that is
/// cut short ends without its trailer.
/// </summary>
public interface IRowsWriter
{
    string MediaType { get; }

    void WriteHeader(IBufferWriter<byte> output);

    /// <summary>Writes one row.</summary>
    /// <param name="output">Where to; grows.</param>
    /// <param name="rows">The buffer that holds the row.</param>
    /// <param name="fields">Where its fields are, one per column.</param>
    void WriteRow(IBufferWriter<byte> output, ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields);

    void WriteTrailer(IBufferWriter<byte> output);
}

/// <summary>Rows as they are: a PostgreSQL binary COPY file, signature, tuples and trailer.</summary>
public sealed class CopyRowsWriter : IRowsWriter
{
    public string MediaType => "application/vnd.exchange.rows";

    public void WriteHeader(IBufferWriter<byte> output) => output.Write(CopyFrame.Header.Span);

    public void WriteRow(IBufferWriter<byte> output, ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields)
    {
        var writer = new RowWriter(output);
        writer.StartRow(fields.Length);
        foreach (var field in fields)
        {
            if (field.IsNull) writer.WriteNull();
            else writer.WriteRaw(rows.Slice(field.Offset, field.Length));
        }
    }

    public void WriteTrailer(IBufferWriter<byte> output) => output.Write(CopyFrame.Trailer.Span);
}
