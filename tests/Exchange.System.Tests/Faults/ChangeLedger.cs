using System.Collections.Concurrent;

namespace Exchange.System.Tests.Faults;

/// <summary>The changes of a round: each is noted before it is handed to the source, and once more when the source has answered that it is committed. Thread-safe.</summary>
internal sealed class ChangeLedger
{
    private readonly ConcurrentDictionary<long, string> _attempted = new();
    private readonly ConcurrentDictionary<long, byte> _acknowledged = new();

    /// <summary>Number of changes that the source committed.</summary>
    public int Acknowledged => _acknowledged.Count;

    public void Attempt(string operation, params IEnumerable<long> keys)
    {
        foreach (var key in keys)
            if (!_attempted.TryAdd(key, operation)) throw new InvalidOperationException($"{key} is changed twice in one round.");
    }

    public void Acknowledge(params IEnumerable<long> keys)
    {
        foreach (var key in keys) _acknowledged.TryAdd(key, 0);
    }

    /// <inheritdoc cref="Tally.Of"/>
    public Tally Compare(IReadOnlyList<(long Key, string Operation)> seen, int committedBefore) => Tally.Of(_attempted, _acknowledged.Keys.ToHashSet(), seen, committedBefore);
}
