using Exchange.Testing;
using Xunit;

namespace Exchange.System.Tests.Faults;

/// <summary>Plays rounds of a fault, tells each one's seven counts and time, and fails where anything was lost, came twice or took too long.</summary>
internal sealed class FaultReport(string name, ITestOutputHelper output)
{
    /// <summary>After any single fault the exchange is whole again, by itself, within this time.</summary>
    public static readonly TimeSpan WholeWithin = TimeSpan.FromSeconds(15);

    /// <summary>In the short runs, which share the machine with whatever else is tested.</summary>
    public static readonly TimeSpan WholeInShortRunsWithin = WholeWithin * 2;

    private readonly List<Outcome> _outcomes = [];

    /// <summary>A short run: the time that it takes to be whole is told, and may be twice what is promised.</summary>
    public static Task PlayAsync(string name, int rounds, Func<Random, Task<Outcome>> round, ITestOutputHelper output) =>
        PlayAsync(name, rounds, WholeInShortRunsWithin, round, output);

    public static Task PlayAsync(string name, int rounds, TimeSpan wholeWithin, Func<Random, Task<Outcome>> round, ITestOutputHelper output) =>
        Seeds.RunAsync(async (random, seed) =>
        {
            var report = new FaultReport(name, output);
            report.Tell($"{name}: seed {seed}, {rounds} rounds");
            for (var n = 1; n <= rounds; n++) report.Add(await round(random));
            report.Conclude(wholeWithin);
        });

    public void Add(Outcome outcome)
    {
        _outcomes.Add(outcome);
        Tell($"{name} {_outcomes.Count}: {outcome}");
    }

    public void Conclude(TimeSpan wholeWithin)
    {
        var total = _outcomes.Aggregate(Tally.None, (sum, o) => sum + o.Tally);
        var whole = _outcomes.ConvertAll(o => o.Whole);
        whole.Sort();
        Tell($"{name}: {_outcomes.Count} faults, {total}, whole after {whole[whole.Count / 2].TotalSeconds:F1} s (median), {whole[^1].TotalSeconds:F1} s (longest)");
        Assert.Equal((0, 0, 0), (total.Lost, total.Duplicated, total.Unexpected));
        Assert.Equal(total.Acknowledged, total.Ok);
        Assert.InRange(whole[^1], TimeSpan.Zero, wholeWithin);
    }

    private void Tell(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
