using Exchange.Catalog.Database;
using Exchange.Catalog.Grants;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Participants;

internal static class RegisterClientHandler
{
    public static async Task<Result<ClientRegistered>> HandleAsync(
        RegisterClient request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        if (ParticipantRules.Check(request) is { } error) return error;
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var participant = await connection.ScalarAsync<Guid?>(ParticipantsSql.FindByCode, cancellation, request.Participant);
        if (participant is null) return ErrorCodes.ParticipantUnknown.With(("participant", request.Participant));

        var written = await connection.ExecuteAsync(
            ParticipantsSql.RegisterClient, cancellation, request.ClientId, participant.Value, request.SecretHash, request.Roles, now);
        if (written == 0) return ErrorCodes.ClientOfAnother.With(("client", request.ClientId));

        await GrantState.RaiseAsync(connection, now, cancellation);
        await transaction.CommitAsync(cancellation);
        return new ClientRegistered(request.ClientId);
    }
}
