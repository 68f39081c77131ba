using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Formats;

/// <summary>What a step of <see cref="CsvRowReader"/> gave.</summary>
public enum CsvRowOutcome
{
    /// <summary>A tuple was written whose cells are all of their types.</summary>
    Row,

    /// <summary>A tuple was written that the validator will refuse: a cell is no value of its type, or the record is ragged (see <see cref="BadCell"/>).</summary>
    BadRow,

    /// <summary>There are no more records; <see cref="CsvReader.Fault"/> tells whether the text was malformed.</summary>
    End,
}

/// <summary>
/// Reads CSV records as rows of a schema. Columns bind to fields by their header, never by position. Every record becomes a tuple: one that cannot be converted carries
/// its text as a <see cref="BadCell"/>, so that it is set aside with its reason and not lost. Blank lines are passed over where the header has more than one column.
/// </summary>
public sealed class CsvRowReader
{
    private readonly CsvReader _csv;
    private readonly ResourceSchema _schema;
    private readonly CellOptions _options;
    private readonly int[] _columns;
    private readonly int _width;

    private CsvRowReader(CsvReader csv, ResourceSchema schema, CellOptions options, int[] columns, int width)
    {
        _csv = csv;
        _schema = schema;
        _options = options;
        _columns = columns;
        _width = width;
    }

    /// <summary>Line, from 1, of the last row's first character.</summary>
    public long Line => _csv.Line;

    /// <summary>
    /// Binds the columns of the current record, which is the header, to the fields of the schema.
    /// </summary>
    /// <param name="csv">Stands at the header.</param>
    /// <param name="headers">The header of each field that has another name in the file; null or absent for the field's own name.</param>
    /// <param name="ignored">Headers of the file that no field takes. Null: any further column is drift.</param>
    /// <returns>Fails with <see cref="ErrorCodes.SchemaDrift"/>: a column is missing, stands twice, or is unknown; all of them are listed.</returns>
    public static Result<CsvRowReader> Bind(
        CsvReader csv, ResourceSchema schema, CellOptions? options = null, IReadOnlyDictionary<string, string>? headers = null, IReadOnlySet<string>? ignored = null)
    {
        var found = new string[csv.Count];
        for (var i = 0; i < found.Length; i++) found[i] = csv[i].Trim().ToString();
        var bound = ColumnBinding.Bind(found, csv.Line, schema, headers, header => ignored?.Contains(header) == true);
        return bound.Map(columns => new CsvRowReader(csv, schema, options ?? CellOptions.Default, columns, found.Length));
    }

    /// <summary>Reads the next record and writes it as one tuple.</summary>
    public CsvRowOutcome Read(RowWriter output)
    {
        do
        {
            if (!_csv.ReadRecord()) return CsvRowOutcome.End;
        }
        while (_csv.IsBlank && _width > 1);

        output.Line = _csv.Line;
        output.StartRow(_columns.Length);
        if (_csv.Count != _width) return WriteRagged(output);
        var good = true;
        for (var i = 0; i < _columns.Length; i++)
            good &= TextCell.TryWrite(_schema.Fields[i], _csv[_columns[i]], output, _options, _csv.IsQuoted(_columns[i]));
        return good ? CsvRowOutcome.Row : CsvRowOutcome.BadRow;
    }

    private CsvRowOutcome WriteRagged(RowWriter output)
    {
        var text = new StringBuilder();
        for (var i = 0; i < _csv.Count && text.Length < BadCell.MaxText; i++) text.Append(i == 0 ? "" : ",").Append(_csv[i]);
        output.WriteBadCell(text.ToString(), BadCellReason.RowRagged);
        for (var i = 1; i < _columns.Length; i++) output.WriteNull();
        return CsvRowOutcome.BadRow;
    }
}
