using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Participants;

internal static class RegisterParticipantHandler
{
    public static async Task<Result<ParticipantRegistered>> HandleAsync(
        RegisterParticipant request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        if (ParticipantRules.Check(request) is { } error) return error;
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        var id = await connection.ScalarAsync<Guid>(
            ParticipantsSql.Register,
            cancellation,
            NewIdentifier.At<ParticipantId>(now).Value,
            request.Code,
            request.TitleZh,
            request.TitleEn,
            SqlValue.Text(request.Uscc),
            now);
        return new ParticipantRegistered(new ParticipantId(id), request.Code);
    }
}
