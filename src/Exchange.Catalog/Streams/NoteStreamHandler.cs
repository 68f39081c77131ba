using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Streams;

/// <summary>An adapter tells something about its stream that stops nothing.</summary>
internal static class NoteStreamHandler
{
    private const int LongestReason = 1000;

    public static async Task<Result<StreamStatus>> HandleAsync(NoteStream request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var row = await StreamRow.FindAsync(connection, request.Stream, forUpdate: true, cancellation);
        if (Decide(request, row) is { } error) return error;

        var shown = request.Reason.Length <= LongestReason ? request.Reason : request.Reason[..LongestReason];
        await connection.ExecuteAsync(StreamsSql.Note, cancellation, request.Stream.Value, request.ErrorCode, shown, time.GetUtcNow());
        await transaction.CommitAsync(cancellation);
        return row!.Status with { NoteCode = request.ErrorCode, NoteReason = shown };
    }

    internal static Error? Decide(NoteStream request, StreamRow? row) => row switch
    {
        null => ErrorCodes.StreamUnknown.With(),
        _ when request.Epoch != row.Status.Epoch => ErrorCodes.StreamFenced.With(("epoch", row.Status.Epoch)),
        _ when !ErrorCodes.ByName.ContainsKey(request.ErrorCode) => ErrorCodes.NameInvalid.With(("name", request.ErrorCode), ("rule", "error code")),
        _ => null,
    };
}
