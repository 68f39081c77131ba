using Exchange.Catalog.Database;
using Exchange.Catalog.Participants;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Catalog.Resources;

/// <summary>Registers a resource, or a version of it that those who read the last one can read.</summary>
internal static class RegisterResourceHandler
{
    private sealed record Registered(Guid Id, Guid Owner, int Version, string Fingerprint, string Schema);

    public static async Task<Result<ResourceRegistered>> HandleAsync(
        RegisterResource request, CatalogDatabase database, BusOptions bus, TimeProvider time, CancellationToken cancellation)
    {
        var schema = ResourceRules.Check(request);
        if (schema.IsError) return schema.Error;
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await connection.ExecuteAsync(ResourcesSql.LockTimeout, cancellation);
            await connection.ExecuteAsync(ResourcesSql.Lock, cancellation);
            var participant = await connection.ScalarAsync<Guid?>(ParticipantsSql.FindByCode, cancellation, request.Publisher);
            if (participant is null) return ErrorCodes.ParticipantUnknown.With(("participant", request.Publisher));

            var found = await connection.ListAsync(
                ResourcesSql.Find, r => new Registered(r.GetGuid(0), r.GetGuid(1), r.GetInt32(2), r.GetString(3), r.GetString(4)), cancellation, request.Name);
            var now = time.GetUtcNow();
            var answer = found switch
            {
                [] => await AddAsync(connection, request, schema.Value, participant.Value, bus.Partitions, now, cancellation),
                [var other] when other.Owner != participant => ErrorCodes.ResourceOfAnother.With(("resource", request.Name)),
                [var known] => await RenewAsync(connection, request, schema.Value, known, now, cancellation),
                _ => throw new InvalidOperationException($"Resource {request.Name} is registered {found.Count} times"),
            };
            if (!answer.IsError) await transaction.CommitAsync(cancellation);
            return answer;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return ErrorCodes.ResourceBusy.With(("resource", request.Name));
        }
    }

    private static async Task<Result<ResourceRegistered>> AddAsync(
        NpgsqlConnection connection, RegisterResource request, ResourceSchema schema, Guid participant, int partitions, DateTimeOffset now, CancellationToken cancellation)
    {
        var id = NewIdentifier.At<ResourceId>(now);
        var partition = await connection.ScalarAsync<int>(ResourcesSql.ChoosePartition, cancellation, partitions);
        await connection.ExecuteAsync(
            ResourcesSql.Insert, cancellation, id.Value, request.Name, participant, request.TitleZh, request.TitleEn, SqlValue.Text(request.Description), 1, partition, now);
        await connection.ExecuteAsync(ResourcesSql.InsertFeed, cancellation, id.Value);
        await AddVersionAsync(connection, id.Value, 1, schema, now, cancellation);
        foreach (var statement in StoreDdl.Create(request.Name, schema)) await connection.ExecuteAsync(statement, cancellation);
        return new ResourceRegistered(id, request.Name, 1, schema.Fingerprint);
    }

    private static async Task<Result<ResourceRegistered>> RenewAsync(
        NpgsqlConnection connection, RegisterResource request, ResourceSchema schema, Registered known, DateTimeOffset now, CancellationToken cancellation)
    {
        var version = await connection.ScalarAsync<int?>(ResourcesSql.FindVersion, cancellation, known.Id, schema.Fingerprint);
        if (version is null)
        {
            var subscribers = await connection.ListAsync(ResourcesSql.Subscribers, r => r.GetString(0), cancellation, known.Id, now);
            var published = ResourceSchema.Parse(known.Schema).Value;
            if (VersionRules.Check(published, schema, subscribers) is { } error) return error;

            version = known.Version + 1;
            await ExtendAsync(connection, request.Name, known.Id, schema, cancellation);
            await AddVersionAsync(connection, known.Id, version.Value, schema, now, cancellation);
        }

        await connection.ExecuteAsync(
            ResourcesSql.Update, cancellation, known.Id, request.TitleZh, request.TitleEn, SqlValue.Text(request.Description), Math.Max(version.Value, known.Version));
        return new ResourceRegistered(new ResourceId(known.Id), request.Name, version.Value, schema.Fingerprint);
    }

    private static async Task ExtendAsync(NpgsqlConnection connection, string name, Guid id, ResourceSchema schema, CancellationToken cancellation)
    {
        var columns = await connection.ListAsync(ResourcesSql.Columns, r => r.GetString(0), cancellation, id);
        var filterable = await connection.ListAsync(ResourcesSql.FilterableColumns, r => r.GetString(0), cancellation, StoreColumns.Feed(name));
        var statements = StoreDdl.Extend(
            name, schema, columns.ToHashSet(StringComparer.Ordinal), filterable.ToHashSet(StringComparer.Ordinal));
        foreach (var statement in statements) await connection.ExecuteAsync(statement, cancellation);
    }

    private static async Task AddVersionAsync(
        NpgsqlConnection connection, Guid id, int version, ResourceSchema schema, DateTimeOffset now, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(ResourcesSql.InsertVersion, cancellation, id, version, schema.Json, schema.Fingerprint, now);
        var known = await connection.ListAsync(ResourcesSql.Columns, r => (Name: r.GetString(0), Bit: r.GetInt32(1)), cancellation, id);
        var bits = ResourceRules.Bits(schema, known.ToDictionary(c => c.Name, c => c.Bit, StringComparer.Ordinal));
        await connection.ExecuteAsync(ResourcesSql.InsertColumns, cancellation, id, bits.Keys.ToArray(), bits.Values.ToArray());
    }
}
