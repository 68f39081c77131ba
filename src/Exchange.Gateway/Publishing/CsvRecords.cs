using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Publishing;

/// <summary>Reads CSV in UTF-8, as the gateway itself writes it: the header binds columns to fields by name, an empty cell is null, an empty one in quotes is empty text.</summary>
internal sealed class CsvRecords : RecordReader
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);
    private static readonly CellOptions Cells = new() { QuotedEmptyIsText = true };

    private readonly CsvReader _csv;
    private readonly int _longest;
    private readonly CsvRowReader? _rows;

    public CsvRecords(Stream body, ResourceSchema schema, int longest)
    {
        _csv = new CsvReader(new StreamReader(body, Strict, detectEncodingFromByteOrderMarks: false));
        _longest = longest;
        var bound = Bind(schema);
        if (bound.IsError) Fault = bound.Error;
        else _rows = bound.Value;
    }

    protected override bool ReadLine()
    {
        try
        {
            var outcome = _rows!.Read(Output);
            Line = _rows.Line;
            if (outcome != CsvRowOutcome.End && Tuple.Length <= _longest) return true;
            Fault = outcome == CsvRowOutcome.End ? _csv.Fault?.ToError() : ErrorCodes.LineTooLong.With(("line", Line), ("limit", _longest));
            return false;
        }
        catch (DecoderFallbackException)
        {
            Fault = ErrorCodes.BodyNotUtf8.With(("line", _csv.Line));
            return false;
        }
    }

    private Result<CsvRowReader> Bind(ResourceSchema schema)
    {
        try
        {
            if (_csv.ReadRecord()) return CsvRowReader.Bind(_csv, schema, Cells);
            return _csv.Fault?.ToError() ?? ErrorCodes.PublicationEmpty.With();
        }
        catch (DecoderFallbackException)
        {
            return ErrorCodes.BodyNotUtf8.With(("line", 1));
        }
    }
}
