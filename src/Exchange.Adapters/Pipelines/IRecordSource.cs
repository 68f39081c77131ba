using System.Security.Cryptography;
using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Pipelines;

/// <summary>
/// A source of records. Reads only: what it has delivered is remembered by the platform, as the position of the last committed batch.
/// Implementations are held to one contract suite (<c>SourceContract</c>).
/// </summary>
internal interface IRecordSource : IAsyncDisposable
{
    /// <summary>
    /// Reads on from a committed position, until cancelled. Batches come in order; everything after a position can be read again from it.
    /// Ends after a <see cref="SourceProblem"/>. Lost infrastructure (the source's server, its disk) is an exception.
    /// Waits between rounds by itself and says so with <see cref="SourceIdle"/>.
    /// </summary>
    IAsyncEnumerable<SourceItem> ReadAsync(CommittedPosition from, CancellationToken cancellation);

    /// <summary>
    /// Tells that the platform has committed everything up to a position of this reading: the source may let go of what lies before it. From any thread, at any time, and
    /// perhaps not in order; must be quick. A source that keeps nothing for its reader has nothing to do.
    /// </summary>
    void Acknowledge(string position)
    {
    }
}

/// <summary>Where the platform says that a stream stands.</summary>
/// <param name="Position">Position of the last committed batch, or null before the first.</param>
/// <param name="InSnapshot">True where that batch lies inside a snapshot that has not ended.</param>
internal readonly record struct CommittedPosition(string? Position, bool InSnapshot);

/// <summary>What a source is opened with.</summary>
/// <param name="Adapter">Name of the adapter.</param>
/// <param name="Schema">The registered schema; rows hold its fields in its order.</param>
internal sealed record SourceContext(string Adapter, ResourceSchema Schema, BatchLimits Limits, TimeProvider Time, ILogger Logger);

/// <summary>One thing that a source has to say.</summary>
internal abstract record SourceItem;

/// <summary>Rows, or the beginning or end of a snapshot.</summary>
/// <param name="Position">Where the source stands after this batch.</param>
/// <param name="Sha256">SHA-256 of the body, lower-case hexadecimal.</param>
/// <param name="Share">How much of the current snapshot is read, from 0 to 1; null where the source cannot tell.</param>
/// <param name="Lines">Where the rows stand in their file, as <see cref="RowLines"/> reads it; null where they stand in none.</param>
internal sealed record SourceBatch(BatchKind Kind, string Position, int Rows, ReadOnlyMemory<byte> Body, string Sha256, double? Share, string? Lines = null) : SourceItem
{
    private static readonly string EmptySha256 = HashOf(default);

    public static SourceBatch Of(BatchKind kind, string position, TupleRun run, double? share = null, string? lines = null) =>
        new(kind, position, run.Rows, run.Body, HashOf(run.Body.Span), share, lines);

    public static SourceBatch Marker(BatchKind kind, string position, double? share = null) => new(kind, position, 0, default, EmptySha256, share);

    private static string HashOf(ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return Convert.ToHexStringLower(hash);
    }
}

/// <summary>All that the source has is read; it looks again at <paramref name="Until"/>.</summary>
internal sealed record SourceIdle(DateTimeOffset Until) : SourceItem;

/// <summary>Something worth knowing that stops nothing, such as a file that is left alone.</summary>
internal sealed record SourceNotice(Error Error) : SourceItem;

/// <summary>The source cannot be read before something is set right there; it is tried again until it is. The error lists all findings.</summary>
internal sealed record SourceUnready(Error Error) : SourceItem;

/// <summary>The source no longer fits or cannot be understood: the stream is to be held until people have looked.</summary>
/// <param name="Where">The file that is meant, or null for the source as a whole.</param>
internal sealed record SourceProblem(Error Error, string? Where = null) : SourceItem;

/// <summary>A run of whole tuples.</summary>
internal readonly record struct TupleRun(ReadOnlyMemory<byte> Body, int Rows);
