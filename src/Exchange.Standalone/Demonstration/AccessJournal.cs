using System.Collections.Concurrent;

namespace Exchange.Standalone.Demonstration;

/// <summary>The request ids of every access the demonstration made, to be found again in the audit log.</summary>
internal sealed class AccessJournal
{
    private readonly ConcurrentQueue<Access> _accesses = new();

    public IReadOnlyCollection<Access> All => _accesses;

    public void Note(string requestId, bool granted) => _accesses.Enqueue(new Access(requestId, granted));
}

/// <param name="Granted">False where the gateway refused it.</param>
internal sealed record Access(string RequestId, bool Granted);
