using Exchange.Benchmarks.Measuring;

namespace Exchange.Benchmarks.Reports;

/// <summary>When, on what and with which settings rows were measured.</summary>
/// <param name="Date">Day of the run, in UTC.</param>
internal sealed record RunRecord(string Date, Machine Machine, string Settings);

/// <summary>One row as it was measured, or why it could not be.</summary>
/// <param name="Missing">What could not be had; then there are no pairs.</param>
internal sealed record RowRecord(string Name, RunRecord Run, IReadOnlyList<Pair> Pairs, string Note, string? Missing)
{
    public static RowRecord Of(Measurement m, RunRecord run) => new(m.Promise.Name, run, m.Pairs, m.Note, null);

    public static RowRecord Of(Missing missing, RunRecord run) => new(missing.Promise.Name, run, [], "", missing.Reason);

    /// <summary>The row's promise as it is today, with what was measured.</summary>
    public Measurement ToMeasurement() => new(Benches.Promises.First(p => p.Name == Name), Pairs, Note);
}
