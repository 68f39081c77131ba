using System.Globalization;
using Exchange.Adapters.Sources.Files;
using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>The records of one sheet of a workbook.</summary>
internal sealed class SheetRecords : FileRecords
{
    private const int RowsNamed = 20;

    private readonly Workbook _workbook;
    private readonly int _index;
    private readonly SheetHeader _header;
    private readonly SheetSourceModel _model;
    private readonly ResourceSchema _schema;
    private readonly List<int> _passed = [];
    private SheetReader _sheet;
    private long _passedRows;

    private SheetRecords(Workbook workbook, int index, SheetHeader header, SheetSourceModel model, ResourceSchema schema)
    {
        (_workbook, _index, _header, _model, _schema) = (workbook, index, header, model, schema);
        _sheet = EnterBelowHeader();
    }

    public override long Line => _sheet.Row;

    public override (string Zh, string En) Form => ($"工作表“{_sheet.Sheet}”，表头至第 {_header.LastRow} 行", $"sheet '{_sheet.Sheet}', header down to row {_header.LastRow}");

    /// <summary>Chooses the sheet, finds its header and counts its records. The workbook belongs to the records then.</summary>
    /// <exception cref="Exception">The workbook is damaged; see <see cref="WorkbookFaults"/>.</exception>
    public static Result<FileRecords> Open(Workbook workbook, SheetSourceModel model, ResourceSchema schema, CancellationToken cancellation)
    {
        var index = SheetChoice.Decide(workbook.Sheets(cancellation), model.Sheet);
        if (index.IsError) return index.Error;
        var header = SheetHeader.Find(workbook.Enter(index.Value), model, schema);
        if (header.IsError) return header.Error;
        var counting = new SheetRecords(workbook, index.Value, header.Value, model, schema);
        var count = 0L;
        Error? fault;
        while (counting.Next(out fault))
            if ((count++ & 0xFFF) == 0) cancellation.ThrowIfCancellationRequested();
        if (fault is not null) return fault;
        return new SheetRecords(workbook, index.Value, header.Value, model, schema) { Count = count, Notices = counting.Passed() };
    }

    public override CsvRowOutcome Read(RowWriter output)
    {
        if (!Next(out _)) return CsvRowOutcome.End;
        output.Line = Line;
        output.StartRow(_schema.Fields.Count);
        var good = true;
        foreach (var field in _schema.Fields)
        {
            var column = _header.Columns[field.Ordinal];
            var (text, bad) = (_model.FillsMerged ? _sheet.Filled(column) : _sheet.Cells[column]).TextFor(field.Type);
            if (bad is { } reason) output.WriteBadCell(text, reason);
            good &= bad is null && TextCell.TryWrite(field, text, output, _model.Columns.Cells);
        }

        return good ? CsvRowOutcome.Row : CsvRowOutcome.BadRow;
    }

    public override void Dispose() => _workbook.Dispose();

    /// <summary>Goes to the next row that is a record. False at the end of the data, or where something must be decided by people first.</summary>
    private bool Next(out Error? fault)
    {
        fault = null;
        while (_sheet.Read())
        {
            switch (SheetRows.KindOf(_sheet, _header, _model))
            {
                case SheetRowKind.Record:
                    return true;
                case SheetRowKind.Footer:
                    return false;
                case SheetRowKind.Undecided:
                    fault = ErrorCodes.SheetHides.With(("sheet", _sheet.Sheet), ("what", $"row {_sheet.Row}"), ("what:zh", $"第 {_sheet.Row} 行"));
                    return false;
                case SheetRowKind.NoRecord:
                    if (_passedRows++ < RowsNamed) _passed.Add(_sheet.Row);
                    break;
                case SheetRowKind.Blank:
                    break;
                default:
                    throw new InvalidOperationException("A row has a kind that is not written out here.");
            }
        }

        return false;
    }

    private IReadOnlyList<Error> Passed() => _passedRows == 0
        ? []
        : [ErrorCodes.SheetRowsPassed.With(("sheet", _sheet.Sheet), ("count", _passedRows), ("lines", string.Join(", ", _passed.Select(r => r.ToString(CultureInfo.InvariantCulture)))))];

    private SheetReader EnterBelowHeader()
    {
        var sheet = _workbook.Enter(_index);
        while (sheet.Row < _header.LastRow && sheet.Read())
        {
            // Merged cells that begin above the data reach into it.
        }

        return sheet;
    }
}
