using System.Text.Json;
using Exchange.Catalog.Database;
using Exchange.Catalog.Participants;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Catalog.Grants;

internal static class CreateGrantHandler
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static async Task<Result<GrantCreated>> HandleAsync(CreateGrant request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var consumer = await connection.ScalarAsync<Guid?>(ParticipantsSql.FindByCode, cancellation, request.Consumer);
        if (consumer is null) return ErrorCodes.ParticipantUnknown.With(("participant", request.Consumer));
        var resources = await connection.ListAsync(
            GrantsSql.FindResource, r => (Id: r.GetGuid(0), Version: r.GetInt32(1), Schema: r.GetString(2)), cancellation, request.Resource);
        if (resources is not [var resource]) return ErrorCodes.ResourceUnknown.With(("resource", request.Resource));
        if (GrantRules.Check(request, ResourceSchema.Parse(resource.Schema).Value, now) is { } error) return error;

        // Raising the version takes the lock that every change of grants waits for: what is looked up now cannot change until the commit.
        var version = await GrantState.RaiseAsync(connection, now, cancellation);
        if (await connection.ScalarAsync<bool>(
            GrantsSql.Overlaps, cancellation, consumer.Value, resource.Id, request.Purpose, request.ValidFrom, request.ValidUntil))
            return ErrorCodes.GrantOverlaps.With(("resource", request.Resource), ("purpose", request.Purpose));

        var grant = NewIdentifier.At<GrantId>(now);
        await InsertAsync(connection, request, (grant, version), (consumer.Value, resource.Id, resource.Version), now, cancellation);
        await transaction.CommitAsync(cancellation);
        return new GrantCreated(grant, version);
    }

    private static Task<int> InsertAsync(
        NpgsqlConnection connection,
        CreateGrant request,
        (GrantId Id, long Version) grant,
        (Guid Consumer, Guid Resource, int Version) of,
        DateTimeOffset now,
        CancellationToken cancellation) =>
        connection.ExecuteAsync(
            GrantsSql.Insert,
            cancellation,
            grant.Id.Value,
            grant.Version,
            of.Consumer,
            of.Resource,
            of.Version,
            request.Purpose,
            request.LegalBasis,
            SqlValue.Json(JsonSerializer.Serialize(request.Fields, Json)),
            SqlValue.Text(request.RowFilter),
            request.Methods,
            request.VerifyFields,
            request.CaseRequired,
            SqlValue.BigInt(request.RowsPerDay),
            request.ValidFrom,
            request.ValidUntil,
            now,
            request.RequestedBy);
}
