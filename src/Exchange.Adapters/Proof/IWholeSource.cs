using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;

namespace Exchange.Adapters.Proof;

/// <summary>A source read as a whole, to be compared with the store. Nothing is published and nothing is left behind at the source.</summary>
internal interface IWholeSource : IAsyncDisposable
{
    /// <summary>The rows of one moment, fields in schema order. A <see cref="BatchKind.SnapshotStart"/> says that what came before does not count.</summary>
    IAsyncEnumerable<SourceItem> ReadAsync(CancellationToken cancellation);

    /// <summary>The rows of these keys as they are now; a source that cannot look keys up gives all.</summary>
    IAsyncEnumerable<SourceItem> ReadKeysAsync(IReadOnlyList<byte[]> keys, CancellationToken cancellation);
}

/// <summary>A source whose snapshot is read as if nothing had been published: of files the newest.</summary>
internal sealed class SnapshotWhole(IRecordSource source) : IWholeSource
{
    /// <summary>A file that was just dropped is taken up once it has settled.</summary>
    private const int MostRounds = 3;

    public async IAsyncEnumerable<SourceItem> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var (isWhole, rounds) = (false, 0);
        await foreach (var item in source.ReadAsync(new CommittedPosition(null, false), cancellation))
        {
            if (item is SourceBatch { Kind: BatchKind.SnapshotEnd }) isWhole = true;
            if (item is SourceIdle && (isWhole || ++rounds == MostRounds)) break;
            yield return item;
        }

        if (!isWhole) yield return new SourceProblem(ErrorCodes.SourceUnavailable.With(("reason", "it holds no whole snapshot"), ("reason:zh", "没有完整的快照")));
    }

    public IAsyncEnumerable<SourceItem> ReadKeysAsync(IReadOnlyList<byte[]> keys, CancellationToken cancellation) => ReadAsync(cancellation);

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
