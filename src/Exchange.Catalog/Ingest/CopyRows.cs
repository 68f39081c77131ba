using System.Buffers;
using System.Buffers.Binary;
using Exchange.Contracts.Records;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Catalog.Ingest;

/// <summary>
/// Frames rows for binary COPY. A row's bytes are taken as they came; a field is put in front or behind, and the field count raised.
/// The buffer belongs to the connection and is used again.
/// </summary>
internal sealed class CopyRows
{
    private const byte Upsert = (byte)'U';
    private const byte KeyOnly = (byte)'K';

    private readonly ArrayBufferWriter<byte> _output = new(1 << 20);

    /// <summary>
    /// Good rows from place <paramref name="from"/> on as they are, each with its feed offset behind: the first good row of the batch gets <paramref name="head"/> + 1.
    /// A run of a COPY file: the first one has the file's header, the last one its trailer.
    /// </summary>
    public ReadOnlyMemory<byte> WithOffsets(CheckedBatch batch, int from, long head, bool isFirst, bool isLast)
    {
        Begin(isFirst);
        var body = batch.Batch.Body.Span;
        var offset = head + from;
        foreach (var row in batch.Good[from..]) RowAppend.AppendInt64(_output, body.Slice(row.Start, row.Length), ++offset);
        return isLast ? End() : _output.WrittenMemory;
    }

    /// <summary>Rows for the stage: operation, fields, place in the batch. Of bad rows with a sound key, the key.</summary>
    public ReadOnlyMemory<byte> ForStage(CheckedBatch batch, ResourceSchema schema) => ForStage(batch, schema, 0, isFirst: true, isLast: true);

    /// <summary>The good rows from place <paramref name="from"/> on for the stage, and in the last run of the COPY file the keys of the bad ones.</summary>
    public ReadOnlyMemory<byte> ForStage(CheckedBatch batch, ResourceSchema schema, int from, bool isFirst, bool isLast)
    {
        Begin(isFirst);
        foreach (var row in batch.Good[from..]) Stage(batch, row);
        if (!isLast) return _output.WrittenMemory;
        foreach (var row in batch.Bad.Where(b => b.Key is not null)) StageKey(batch, row, schema);
        return End();
    }

    /// <summary>Some of the rows for the stage.</summary>
    public ReadOnlyMemory<byte> ForStage(CheckedBatch batch, ReadOnlySpan<RowPlace> rows)
    {
        Begin(isFirst: true);
        foreach (var row in rows) Stage(batch, row);
        return End();
    }

    private void Stage(CheckedBatch batch, RowPlace row)
    {
        var tuple = batch.Batch.Body.Span.Slice(row.Start, row.Length);
        var prefix = batch.Batch.Header.Kind == BatchKind.Changes ? 0 : 5;
        var length = prefix + tuple.Length + 12;
        var span = _output.GetSpan(length);
        BinaryPrimitives.WriteInt16BigEndian(span, (short)(BinaryPrimitives.ReadInt16BigEndian(tuple) + (prefix == 0 ? 1 : 2)));
        if (prefix > 0) WriteOperation(span[2..], Upsert);
        tuple[2..].CopyTo(span[(2 + prefix)..]);
        WriteLast(span[(prefix + tuple.Length)..], row.Number);
        _output.Advance(length);
    }

    private void StageKey(CheckedBatch batch, BadRow row, ResourceSchema schema)
    {
        var body = batch.Batch.Body.Span;
        var length = 2 + 5 + (4 * schema.Fields.Count) + row.Key!.Sum(k => k.Length) + 12;
        var span = _output.GetSpan(length);
        BinaryPrimitives.WriteInt16BigEndian(span, (short)(schema.Fields.Count + 2));
        WriteOperation(span[2..], KeyOnly);
        var at = 7;
        var key = 0;
        foreach (var field in schema.Fields)
        {
            var value = field.IsKey ? body.Slice(row.Key![key].Offset, row.Key[key++].Length) : default;
            BinaryPrimitives.WriteInt32BigEndian(span[at..], field.IsKey ? value.Length : -1);
            value.CopyTo(span[(at + 4)..]);
            at += 4 + value.Length;
        }

        WriteLast(span[at..], row.Place.Number);
        _output.Advance(length);
    }

    private static void WriteOperation(Span<byte> span, byte operation)
    {
        BinaryPrimitives.WriteInt32BigEndian(span, 1);
        span[4] = operation;
    }

    private static void WriteLast(Span<byte> span, long value)
    {
        BinaryPrimitives.WriteInt32BigEndian(span, 8);
        BinaryPrimitives.WriteInt64BigEndian(span[4..], value);
    }

    private void Begin(bool isFirst)
    {
        _output.ResetWrittenCount();
        if (isFirst) _output.Write(CopyFrame.Header.Span);
    }

    private ReadOnlyMemory<byte> End()
    {
        _output.Write(CopyFrame.Trailer.Span);
        return _output.WrittenMemory;
    }
}
