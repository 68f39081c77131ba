using Microsoft.Extensions.Options;

namespace Exchange.Gateway.Changes;

/// <summary>
/// How many pages of changes the database reads at once, first come, first served. A committed batch wakes all who follow a resource: read side by side, their pages
/// would take the processors from what is published next, and be held in memory all at a time.
/// </summary>
internal sealed class FeedTurns(IOptions<GatewayOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(options.Value.MaxChangesReads);

    /// <summary>Waits for a turn; disposing of it ends it.</summary>
    public async ValueTask<Turn> TakeAsync(CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        return new Turn(_turns);
    }

    public void Dispose() => _turns.Dispose();

    internal readonly struct Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
