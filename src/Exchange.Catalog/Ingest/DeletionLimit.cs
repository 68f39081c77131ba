namespace Exchange.Catalog.Ingest;

/// <summary>How much of a table the end of a snapshot may delete before people are asked: a dump that was cut off, or taken of the wrong table, must not empty what consumers hold.</summary>
/// <param name="Percent">A larger share of the rows is over the limit.</param>
/// <param name="Rows">Fewer deletes are never over it, however small the table.</param>
internal sealed record DeletionLimit(int Percent, long Rows)
{
    public static readonly DeletionLimit Standard = new(IngestOptions.StandardDeletePercent, IngestOptions.StandardDeleteRows);

    /// <param name="rows">Rows before the snapshot's end.</param>
    /// <param name="deleted">Of those, the ones that would go.</param>
    public bool IsExceeded(long rows, long deleted) => IsWorthCounting(deleted) && (decimal)deleted * 100 > (decimal)rows * Percent;

    /// <summary>Whether so many deletes could be over the limit at all.</summary>
    public bool IsWorthCounting(long deleted) => deleted > 0 && deleted >= Rows;
}
