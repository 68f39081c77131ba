using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Streams;

internal static class GetStreamStatusHandler
{
    public static async Task<Result<StreamStatus>> HandleAsync(GetStreamStatus request, CatalogDatabase database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        var row = await StreamRow.FindAsync(connection, request.Stream, forUpdate: false, cancellation);
        return row is null ? ErrorCodes.StreamUnknown.With() : row.Status;
    }
}
