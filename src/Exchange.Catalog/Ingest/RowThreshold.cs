namespace Exchange.Catalog.Ingest;

/// <summary>How many bad rows a batch may hold before it is held whole.</summary>
internal static class RowThreshold
{
    /// <summary>So few bad rows never hold a batch, however small it is.</summary>
    public const int AlwaysTolerated = 10;

    /// <summary>More bad rows than this hold a batch, however large it is.</summary>
    public const int NeverTolerated = 1000;

    public const int Percent = 1;

    public static bool IsExceeded(int rows, int bad) =>
        bad > NeverTolerated || (bad > AlwaysTolerated && (long)bad * 100 > (long)rows * Percent);
}
