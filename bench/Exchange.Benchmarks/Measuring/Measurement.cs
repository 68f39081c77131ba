namespace Exchange.Benchmarks.Measuring;

/// <summary>One alternation: both values were measured right after each other, in the same unit.</summary>
internal sealed record Pair(double Ours, double Peer)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public double Ratio => Ours / Peer;
}

/// <summary>What a row of the performance table promises.</summary>
/// <param name="Name">Name of the row in results and on the command line.</param>
/// <param name="TitleZh">Name in Chinese.</param>
/// <param name="Unit">Unit of both values, such as <c>rows/s</c>.</param>
/// <param name="Goal">The ratio to reach; null for a row that only informs.</param>
/// <param name="Next">The ratio to reach later, where there is one.</param>
/// <param name="Ours">What is measured.</param>
/// <param name="Peer">What it is measured against.</param>
internal sealed record Promise(string Name, string TitleZh, string Unit, double? Goal, double? Next, string Ours, string Peer)
{
    /// <summary>Of times and sizes the lower is better, of rates the higher.</summary>
    public bool LowerIsBetter { get; init; }

    /// <summary>Whether the ratio reaches the goal; null where there is none.</summary>
    public bool? IsMetBy(double ratio) => Goal is { } goal ? LowerIsBetter ? ratio <= goal : ratio >= goal : null;
}

/// <param name="Note">Conditions, sizes and what bounds the result.</param>
internal sealed record Measurement(Promise Promise, IReadOnlyList<Pair> Pairs, string Note)
{
    /// <summary>Median of the pairs' ratios.</summary>
    public double Ratio => Median(Pairs.Select(p => p.Ratio));

    public double LowestRatio => Pairs.Min(p => p.Ratio);

    public double HighestRatio => Pairs.Max(p => p.Ratio);

    public double Ours => Median(Pairs.Select(p => p.Ours));

    public double Peer => Median(Pairs.Select(p => p.Peer));

    public bool? IsMet => Promise.IsMetBy(Ratio);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) throw new ArgumentException("A median needs values", nameof(values));
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>A row that could not be measured on this machine.</summary>
/// <param name="Reason">What could not be had.</param>
internal sealed record Missing(Promise Promise, string Reason);
