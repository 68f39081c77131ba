using ExcelDataReader;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>Reads the rows of the sheet that a workbook stands at, from the top, one at a time.</summary>
/// <param name="marks">What the workbook's reader would not give; see <see cref="CellMarks"/>.</param>
internal sealed class SheetReader(IExcelDataReader excel, CellMarks marks)
{
    private readonly ILookup<int, MergedCells> _merges =
        (marks.Merges ?? (excel.MergeCells ?? []).Select(m => new MergedCells(m.FromRow, m.ToRow, m.FromColumn, m.ToColumn))).ToLookup(m => m.FromRow);

    private readonly List<(MergedCells Range, SheetCell Cell)> _open = [];
    private SheetCell[] _cells = [];

    /// <summary>Row, from 1.</summary>
    public int Row { get; private set; }

    public bool IsHidden => excel.RowHeight == 0;

    public int Width => excel.FieldCount;

    public string Sheet => excel.Name;

    /// <summary>The row's own cells; a merged cell stands at its first place only.</summary>
    public ReadOnlySpan<SheetCell> Cells => _cells;

    public bool IsHiddenColumn(int column) => excel.GetColumnWidth(column) == 0;

    /// <summary>All ranges of merged cells that begin in the first rows.</summary>
    public IEnumerable<MergedCells> MergesAbove(int row) => _merges.Where(m => m.Key < row).SelectMany(m => m);

    /// <summary>How many columns the cell at a place of this row covers.</summary>
    public int SpanOf(int column) => _merges[Row - 1].FirstOrDefault(m => m.FromColumn == column) is { } range ? range.ToColumn - column + 1 : 1;

    /// <summary>Goes to the next row, which may be empty.</summary>
    public bool Read()
    {
        if (!excel.Read()) return false;
        Row++;
        if (_cells.Length != excel.FieldCount) _cells = new SheetCell[excel.FieldCount];
        for (var i = 0; i < _cells.Length; i++) _cells[i] = CellAt(i);
        _open.RemoveAll(o => o.Range.ToRow < Row - 1);
        foreach (var range in _merges[Row - 1])
            if (range.ToRow > range.FromRow && range.FromColumn < _cells.Length) _open.Add((range, _cells[range.FromColumn]));
        // Ranges that do not overlap are at most as many as columns.
        if (_open.Count > _cells.Length) throw new InvalidDataException("Merged cells overlap.");
        return true;
    }

    /// <summary>The cell, or that of the rows above which is merged over it.</summary>
    public SheetCell Filled(int column)
    {
        foreach (var (range, cell) in _open)
            if (range.FromColumn == column && range.FromRow < Row - 1) return cell;
        return _cells[column];
    }

    private SheetCell CellAt(int column)
    {
        if (marks.Count > 0 && marks.TryGetValue((Row - 1, column), out var cell)) return cell;
        var value = excel.GetValue(column);
        return value is null or DBNull ? default : new SheetCell(value, value is double or int ? excel.GetNumberFormatString(column) : null);
    }
}
