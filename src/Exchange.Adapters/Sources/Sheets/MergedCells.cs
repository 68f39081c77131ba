namespace Exchange.Adapters.Sources.Sheets;

/// <summary>Cells that are shown as one, from 0; the first of them has the value.</summary>
internal sealed record MergedCells(int FromRow, int ToRow, int FromColumn, int ToColumn);
