using Exchange.Catalog.Database;
using Exchange.Catalog.Grants;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Participants;

internal static class DisableClientHandler
{
    public static async Task<Result<ClientDisabled>> HandleAsync(
        DisableClient request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await connection.ExecuteAsync(ParticipantsSql.DisableClient, cancellation, request.ClientId, now) == 0)
            return ErrorCodes.ClientUnknown.With(("client", request.ClientId));

        await GrantState.RaiseAsync(connection, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return new ClientDisabled(request.ClientId);
    }
}
