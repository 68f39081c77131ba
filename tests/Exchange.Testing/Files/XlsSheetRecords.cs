using System.Globalization;

namespace Exchange.Testing.Files;

/// <summary>Writes a sheet as the records of an XLS workbook, in the order in which Excel has them.</summary>
internal sealed class XlsSheetRecords
{
    private const int RowsPerBlock = 32;
    private const int MergesPerRecord = 1026;

    /// <summary>The formula <c>=1</c>: what stands in a formula does not matter, its value does.</summary>
    private static readonly byte[] One = [0x1E, 1, 0];

    private readonly List<byte> _into = [];
    private readonly XlsStrings? _strings;

    private XlsSheetRecords(XlsStrings? strings) => _strings = strings;

    public static List<byte> Write(BookSheet sheet, XlsStrings? strings, bool hasChart)
    {
        var records = new XlsSheetRecords(strings);
        records.Write(sheet, hasChart);
        return records._into;
    }

    private void Write(BookSheet sheet, bool hasChart)
    {
        var columns = sheet.Rows.Select(r => r.Cells.Length).DefaultIfEmpty(0).Max();
        _into.Record(Biff.BeginOf, Biff.Begin(0x0010));
        foreach (var column in sheet.HiddenColumns) _into.Record(0x007D, [.. Biff.U16(column - 1), .. Biff.U16(column - 1), .. Biff.U16(9 * 256), .. Biff.U16(0), .. Biff.U16(1), 0, 0]);
        _into.Record(0x0200, [.. Biff.U32(0), .. Biff.U32((uint)sheet.Rows.Count), .. Biff.U16(0), .. Biff.U16(columns), .. Biff.U16(0)]);
        for (var first = 0; first < sheet.Rows.Count; first += RowsPerBlock)
        {
            var last = Math.Min(first + RowsPerBlock, sheet.Rows.Count);
            for (var row = first; row < last; row++) Row(row, sheet.Rows[row].Cells.Length, sheet.Rows[row].IsHidden);
            for (var row = first; row < last; row++)
                for (var column = 0; column < sheet.Rows[row].Cells.Length; column++) Cell(row, column, sheet.Rows[row].Cells[column]);
        }

        if (hasChart) Chart();
        foreach (var merges in sheet.Merges.Chunk(MergesPerRecord))
            _into.Record(0x00E5, [.. Biff.U16(merges.Length), .. merges.SelectMany(m => new[] { m.FromRow, m.ToRow, m.FromColumn, m.ToColumn }).SelectMany(Biff.U16)]);
        _into.Record(Biff.EndOf);
    }

    /// <summary>A chart keeps the values it shows as cells of its own, by point and series: these are no cells of the sheet.</summary>
    private void Chart()
    {
        _into.Record(Biff.BeginOf, Biff.Begin(0x0020));
        _into.Record(0x0200, [.. Biff.U32(0), .. Biff.U32(3), .. Biff.U16(0), .. Biff.U16(1), .. Biff.U16(0)]);
        _into.Record(0x1065, Biff.U16(1));
        Cell(0, 0, 42.5);
        Cell(1, 0, new ErrorCell("#NUM!"));
        Cell(2, 3, 43.5);
        _into.Record(Biff.EndOf);
    }

    private void Row(int row, int columns, bool isHidden) =>
        _into.Record(0x0208, [.. Biff.U16(row), .. Biff.U16(0), .. Biff.U16(columns), .. Biff.U16(255), .. new byte[4], .. Biff.U32(isHidden ? 0x0120u : 0x0100u)]);

    private void Cell(int row, int column, object? cell)
    {
        var style = (cell as FormulaCell)?.Value as StyledCell ?? cell as StyledCell;
        byte[] place = [.. Biff.U16(row), .. Biff.U16(column), .. Biff.U16(style?.Style.Index ?? 0)];
        switch (cell)
        {
            case null:
                break;
            case string text when _strings is not null:
                _into.Record(0x00FD, [.. place, .. Biff.U32((uint)_strings.PlaceOf(text))]);
                break;
            case string text:
                _into.Record(0x0204, [.. place, .. Biff.U16(text.Length), .. Biff.Characters(text)]);
                break;
            case bool flag:
                _into.Record(0x0205, [.. place, flag ? (byte)1 : (byte)0, 0]);
                break;
            case ErrorCell error:
                _into.Record(0x0205, [.. place, CodeOf(error), 1]);
                break;
            case FormulaCell formula:
                Formula(place, formula);
                break;
            default:
                Number(place, style?.Number ?? Convert.ToDouble(cell, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <summary>Excel keeps a whole number of 30 bits in four bytes.</summary>
    private void Number(byte[] place, double number)
    {
        if (number is > -(1 << 29) and < 1 << 29 && (int)number == number) _into.Record(0x027E, [.. place, .. Biff.U32(((uint)(int)number << 2) | 2)]);
        else _into.Record(0x0203, [.. place, .. Biff.F64(number)]);
    }

    private void Formula(byte[] place, FormulaCell formula)
    {
        byte[] value = formula.Value switch
        {
            "" => [3, 0, 0, 0, 0, 0, 0xFF, 0xFF],
            string => [0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
            bool flag => [1, 0, flag ? (byte)1 : (byte)0, 0, 0, 0, 0xFF, 0xFF],
            ErrorCell error => [2, 0, CodeOf(error), 0, 0, 0, 0xFF, 0xFF],
            StyledCell styled => Biff.F64(styled.Number),
            null => throw new InvalidOperationException("A formula of an XLS workbook always has a value."),
            _ => Biff.F64(Convert.ToDouble(formula.Value, CultureInfo.InvariantCulture)),
        };
        _into.Record(0x0006, [.. place, .. value, .. Biff.U16(0), .. Biff.U32(0), .. Biff.U16(One.Length), .. One]);
        // Where the array is: rows in two bytes each, columns in one.
        if (formula.IsArray) _into.Record(0x0221, [.. place[..2], .. place[..2], place[2], place[2], .. new byte[6], .. Biff.U16(One.Length), .. One]);
        if (formula.Value is string { Length: > 0 } text) _into.Record(0x0207, [.. Biff.U16(text.Length), .. Biff.Characters(text)]);
    }

    private static byte CodeOf(ErrorCell cell) => cell.Error switch
    {
        "#NULL!" => 0x00,
        "#DIV/0!" => 0x07,
        "#VALUE!" => 0x0F,
        "#REF!" => 0x17,
        "#NAME?" => 0x1D,
        "#NUM!" => 0x24,
        "#N/A" => 0x2A,
        _ => throw new InvalidOperationException($"No such error: {cell.Error}"),
    };
}
