namespace Exchange.System.Tests.Faults;

/// <summary>The seven counts of a fault run, over changes of single records.</summary>
/// <param name="Attempt">Changes handed to the source.</param>
/// <param name="Acknowledged">Of those, the ones the source answered to have committed.</param>
/// <param name="Ok">Acknowledged and seen at the consumer exactly once.</param>
/// <param name="Lost">Acknowledged and never seen.</param>
/// <param name="Duplicated">Seen more than once.</param>
/// <param name="Unexpected">Seen and never attempted, or seen as another operation.</param>
/// <param name="Recovered">Ok, and not yet committed by the exchange when the process was killed.</param>
internal sealed record Tally(int Attempt, int Acknowledged, int Ok, int Lost, int Duplicated, int Unexpected, int Recovered)
{
    public static readonly Tally None = new(0, 0, 0, 0, 0, 0, 0);

    /// <summary>Compares what was handed to the source, and what it committed, with what was seen in the feed. A change whose commit was never answered may be seen or not.</summary>
    /// <param name="attempted">Key and operation of all of them.</param>
    /// <param name="acknowledged">Keys of those that the source answered to have committed.</param>
    /// <param name="committedBefore">How many of them the exchange had committed when the process was killed.</param>
    public static Tally Of(IReadOnlyDictionary<long, string> attempted, IReadOnlySet<long> acknowledged, IReadOnlyList<(long Key, string Operation)> seen, int committedBefore)
    {
        var times = seen.GroupBy(s => s.Key).ToDictionary(g => g.Key, g => g.ToList());
        var ok = acknowledged.Count(key => times.TryGetValue(key, out var found) && found.Count == 1 && found[0].Operation == attempted[key]);
        return new Tally(
            attempted.Count, acknowledged.Count, ok,
            acknowledged.Count(key => !times.ContainsKey(key)),
            times.Values.Count(found => found.Count > 1),
            seen.Count(s => !attempted.TryGetValue(s.Key, out var operation) || operation != s.Operation),
            Math.Max(0, ok - committedBefore));
    }

    public static Tally operator +(Tally a, Tally b) => new(
        a.Attempt + b.Attempt, a.Acknowledged + b.Acknowledged, a.Ok + b.Ok, a.Lost + b.Lost, a.Duplicated + b.Duplicated, a.Unexpected + b.Unexpected, a.Recovered + b.Recovered);

    public override string ToString() =>
        $"attempt={Attempt} acknowledged={Acknowledged} ok={Ok} lost={Lost} duplicated={Duplicated} unexpected={Unexpected} recovered={Recovered}";
}
