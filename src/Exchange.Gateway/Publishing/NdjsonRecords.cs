using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;

namespace Exchange.Gateway.Publishing;

/// <summary>Reads NDJSON: each line a record, or an item of the change feed.</summary>
internal sealed class NdjsonRecords(Stream body, ResourceSchema schema, LineForm form, int longest) : RecordReader
{
    private readonly LineReader _lines = new(body, longest);
    private readonly NdjsonReader _reader = new(schema);

    protected override bool ReadLine()
    {
        if (!_lines.Read()) return false;
        (Line, Offset) = (_lines.Number, _lines.Offset);
        Output.Line = Line;
        var line = _lines.Line.Span;
        if (Line == 1 && line is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            Fault = ErrorCodes.BodyNotUtf8.With(("line", Line));
            return false;
        }

        Operation = ChangeOperation.Upsert;
        if (_lines.IsTooLong) Refuse(line, ErrorCodes.LineTooLong.With(("line", Line), ("limit", longest)));
        else if (form == LineForm.Records) ReadRecord(line, 0);
        else ReadChange(line);
        return true;
    }

    private void ReadChange(ReadOnlySpan<byte> line)
    {
        if (!ChangeLine.TryRead(line, out var change))
        {
            Refuse(line, ErrorCodes.ChangeMalformed.With(("line", Line)));
            return;
        }

        Operation = change.Operation;
        ReadRecord(line.Slice(change.Start, change.Length), change.Start);
    }

    private void ReadRecord(ReadOnlySpan<byte> text, int start)
    {
        var offset = _lines.Offset + start;
        var read = Operation == ChangeOperation.Delete ? _reader.ReadKey(text, Line, offset, Output) : _reader.ReadLine(text, Line, offset, Output);
        if (!read.IsError) return;
        _reader.WriteRefused(text, Output);
        Refusals = read.Error.Details.Count == 0 ? [read.Error] : [.. read.Error.Details.Select(d => new Error(d.Code, d.Data, []))];
    }

    private void Refuse(ReadOnlySpan<byte> line, Error reason)
    {
        UnreadableLine.Write(Output, schema.Fields.Count, line);
        Refusals = [reason];
    }
}
