namespace Exchange.Adapters.Sources.Sheets;

/// <summary>
/// Cells of a sheet, by row and column from 0, that its reader would give as empty although they are not: what they show instead of a value, or their text.
/// </summary>
internal sealed class CellMarks : Dictionary<(int Row, int Column), SheetCell>
{
    /// <summary>A workbook with more of them than this is not worth reading.</summary>
    public const int Most = 100_000;

    public static readonly CellMarks None = [];

    /// <summary>The sheet's merged cells; null where its reader gives them as they are.</summary>
    public IReadOnlyList<MergedCells>? Merges { get; init; }
}
