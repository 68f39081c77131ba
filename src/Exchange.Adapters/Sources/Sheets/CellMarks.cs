namespace Exchange.Adapters.Sources.Sheets;

/// <summary>
/// Cells of a sheet, by row and column from 0, that have no value although they are not empty: the spreadsheet's error they show, or null for a formula that was never calculated.
/// </summary>
internal sealed class CellMarks : Dictionary<(int Row, int Column), string?>
{
    /// <summary>A workbook with more of them than this is not worth reading.</summary>
    public const int Most = 100_000;

    public static readonly CellMarks None = [];
}
