using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Streams;

/// <summary>An adapter holds its stream because its source no longer fits. The first reason stands until the stream is released.</summary>
internal static class HoldStreamHandler
{
    public static async Task<Result<StreamStatus>> HandleAsync(HoldStream request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var row = await StreamRow.FindAsync(connection, request.Stream, forUpdate: true, cancellation);
        if (Decide(request, row) is { } error) return error;
        if (row!.IsHeld) return row.Status;

        await StreamHold.WriteAsync(connection, request.Stream, row.Resource, request.Epoch, request.ErrorCode, request.Reason, time.GetUtcNow(), cancellation);
        await transaction.CommitAsync(cancellation);
        return row.Status with { State = StreamRow.HeldState, HeldCode = request.ErrorCode, HeldReason = request.Reason };
    }

    internal static Error? Decide(HoldStream request, StreamRow? row) => row switch
    {
        null => ErrorCodes.StreamUnknown.With(),
        _ when request.Epoch != row.Status.Epoch => ErrorCodes.StreamFenced.With(("epoch", row.Status.Epoch)),
        _ when !ErrorCodes.ByName.ContainsKey(request.ErrorCode) => ErrorCodes.NameInvalid.With(("name", request.ErrorCode), ("rule", "error code")),
        _ => null,
    };
}
