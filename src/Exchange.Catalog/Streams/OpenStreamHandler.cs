using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Npgsql;

namespace Exchange.Catalog.Streams;

internal static class OpenStreamHandler
{
    internal sealed record Found(Guid Resource, string Publisher, int Partition, Guid? Stream, string? Source, string? State, string? HeldReason);

    public static async Task<Result<StreamOpened>> HandleAsync(OpenStream request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var found = (await connection.ListAsync(StreamsSql.FindResource, Read, cancellation, request.Resource)).SingleOrDefault();
        if (Decide(request, found) is { } error) return error;

        var version = (await connection.ListAsync(
            StreamsSql.FindVersion, r => (Number: r.GetInt32(0), Schema: r.GetString(1)), cancellation, found!.Resource, request.SchemaFingerprint)).SingleOrDefault();
        if (version.Schema is null) return ErrorCodes.SchemaDrift.With(("change", $"fingerprint {request.SchemaFingerprint}"));

        var now = time.GetUtcNow();
        var opened = await connection.ListAsync(
            StreamsSql.Open,
            r => new StreamOpened(
                new StreamId(r.GetGuid(0)),
                new ResourceId(found.Resource),
                Epoch: r.GetInt64(1),
                NextSequence: r.GetInt64(2) + 1,
                Position: r.TextOrNull(3),
                InSnapshot: r.GetBoolean(4),
                found.Partition,
                version.Number,
                version.Schema),
            cancellation,
            NewIdentifier.At<StreamId>(now).Value,
            found.Resource,
            request.Source,
            version.Number,
            now,
            request.Opener,
            request.Opening);
        if (opened.Count == 0) return await RefuseAsync(connection, request, cancellation);
        await transaction.CommitAsync(cancellation);
        return opened.Single();
    }

    /// <summary>Whether the source may open the resource's stream.</summary>
    internal static Error? Decide(OpenStream request, Found? found) => found switch
    {
        null => ErrorCodes.ResourceUnknown.With(("resource", request.Resource)),
        _ when found.Publisher != request.Publisher => ErrorCodes.ResourceOfAnother.With(("resource", request.Resource)),
        _ when request.Source.Length is 0 or > 200 => ErrorCodes.NameInvalid.With(("name", request.Source), ("rule", "1–200")),
        { Source: { } source } when source != request.Source => ErrorCodes.StreamSourceConflict.With(("resource", request.Resource), ("source", source)),
        { State: StreamRow.HeldState } => ErrorCodes.StreamHeld.With(("reason", found.HeldReason)),
        _ => null,
    };

    /// <summary>The stream changed between looking and opening, or the opener has opened it anew since and hears this answer no more: what is there now tells why it cannot be opened.</summary>
    private static async Task<Error> RefuseAsync(NpgsqlConnection connection, OpenStream request, CancellationToken cancellation)
    {
        var found = (await connection.ListAsync(StreamsSql.FindResource, Read, cancellation, request.Resource)).SingleOrDefault();
        return Decide(request, found) ?? ErrorCodes.ResourceBusy.With(("resource", request.Resource));
    }

    private static Found Read(NpgsqlDataReader r) => new(
        r.GetGuid(0), r.GetString(1), r.GetInt32(2), r.IsDBNull(3) ? null : r.GetGuid(3), r.TextOrNull(4), r.TextOrNull(5), r.TextOrNull(6));
}
