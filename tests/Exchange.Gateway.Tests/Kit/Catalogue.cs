using System.Text.Json;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Credentials;
using Exchange.Hosting.Database;
using Exchange.Records.Schemas;
using Exchange.Testing;
using Exchange.Testing.Servers;
using Npgsql;

namespace Exchange.Gateway.Tests.Kit;

/// <summary>Writes what the catalogue service would write, through its own role and migrations.</summary>
internal sealed class Catalogue(PlatformDatabase database)
{
    public const string Purpose = "licensing";
    public static readonly DateTimeOffset Registered = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string SecretHash = ClientSecret.Hash(Node.Secret);

    public static async Task MigrateAsync(PlatformDatabase database)
    {
        await using var catalog = NpgsqlDataSource.Create(database.CatalogConnection);
        foreach (var file in Directory.GetFiles(TestPaths.InRepository("src", "Exchange.Catalog", "Database", "Migrations"), "*.sql").Order(StringComparer.Ordinal))
        {
            await using var command = catalog.CreateCommand(await File.ReadAllTextAsync(file));
            await command.ExecuteNonQueryAsync();
        }

        await using var gateway = NpgsqlDataSource.Create(database.GatewayConnection);
        var applied = await Migrator.ApplyAsync(gateway, MigrationSet.FromAssembly(typeof(GatewayServices).Assembly, "audit"), CancellationToken.None);
        Assert.False(applied.IsError);
    }

    /// <summary>A participant with one client of the same name and the given roles.</summary>
    public async Task<Guid> ParticipantAsync(string code, params string[] roles)
    {
        var id = Guid.CreateVersion7();
        await ExecuteAsync("INSERT INTO catalog.participant VALUES ($1, $2, $2, $2, NULL, $3)", id, code, Registered);
        await ExecuteAsync(
            "INSERT INTO catalog.client VALUES ($1, $2, $3, $4, $5, NULL)", code, id, SecretHash, roles.Length == 0 ? [ClientRoles.Consumer] : roles, Registered);
        await RaiseAsync();
        return id;
    }

    /// <summary>A resource with its store and feed tables, as the catalogue makes them.</summary>
    public async Task<Guid> ResourceAsync(string name, string schemaJson, Guid publisher)
    {
        var parsed = ResourceSchema.Parse(schemaJson);
        Assert.False(parsed.IsError, parsed.ToString());
        var schema = parsed.Value;
        var id = Guid.CreateVersion7();
        await ExecuteAsync("INSERT INTO catalog.resource VALUES ($1, $2, $3, $2, $2, NULL, 1, 0, $4)", id, name, publisher, Registered);
        await ExecuteAsync("INSERT INTO catalog.resource_version VALUES ($1, 1, $2, $3, $4)", id, schemaJson, schema.Fingerprint, Registered);
        foreach (var field in schema.Fields) await ExecuteAsync("INSERT INTO catalog.resource_column VALUES ($1, $2, $3)", id, field.Name, field.Ordinal);
        await ExecuteAsync("INSERT INTO catalog.feed (resource_id) VALUES ($1)", id);
        await ExecuteAsync($"""
            CREATE TABLE store."{name}" (
                {string.Join(", ", schema.Fields.Select(f => $"\"{f.Name}\" {Type(f)}"))}, _offset bigint NOT NULL,
                PRIMARY KEY ({string.Join(", ", schema.Keys.Select(f => $"\"{f.Name}\""))}));
            CREATE TABLE store."{name}__feed" (
                _offset bigint PRIMARY KEY, op "char" NOT NULL, changed bigint NOT NULL
                {string.Concat(schema.Keys.Select(f => $", \"key:{f.Name}\" {Type(f)} NOT NULL"))}
                {string.Concat(schema.Filterable.Select(f => $", \"before:{f.Name}\" {Type(f)}, \"after:{f.Name}\" {Type(f)}"))})
            """);
        return id;
    }

    public async Task<Guid> GrantAsync(
        Guid consumer,
        Guid resource,
        (string Name, string? Mask)[] fields,
        string? rows = null,
        string purpose = Purpose,
        string[]? methods = null,
        string[]? verify = null,
        bool caseRequired = false,
        long? perDay = null,
        DateTimeOffset? until = null)
    {
        var id = Guid.CreateVersion7();
        var json = JsonSerializer.Serialize(fields.Select(f => new { name = f.Name, mask = f.Mask }));
        await ExecuteAsync(
            """
            INSERT INTO catalog.access_grant (grant_id, grant_version, consumer_id, resource_id, resource_version, purpose, legal_basis, fields, row_filter, methods,
                verify_fields, case_required, rows_per_day, valid_from, valid_until, created_at, created_by)
            SELECT $1, version + 1, $2, $3, 1, $4, 'law', $5::jsonb, $6, $7, $8, $9, $10, $11, $12, $11, 'test' FROM catalog.grant_state
            """,
            id, consumer, resource, purpose, json, (object?)rows ?? DBNull.Value, methods ?? GrantMethods.All, verify ?? [], caseRequired, (object?)perDay ?? DBNull.Value,
            Registered, until ?? Registered.AddYears(100));
        await RaiseAsync();
        return id;
    }

    public async Task RevokeAsync(Guid grant, string reason)
    {
        await ExecuteAsync(
            """
            UPDATE catalog.access_grant SET revoked_at = now(), revoked_by = 'test', revoke_reason = $2,
                grant_version = (SELECT version + 1 FROM catalog.grant_state) WHERE grant_id = $1
            """, grant, reason);
        await RaiseAsync();
    }

    public async Task DisableAsync(string clientId)
    {
        await ExecuteAsync("UPDATE catalog.client SET disabled_at = now() WHERE client_id = $1", clientId);
        await RaiseAsync();
    }

    public Task RaiseAsync() => ExecuteAsync("UPDATE catalog.grant_state SET version = version + 1; NOTIFY exchange_grants");

    /// <summary>Runs statements as the catalogue's role. Parameters only with a single statement.</summary>
    public async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(database.CatalogConnection);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync();
    }

    private static string Type(Field field) => field.Type == FieldType.Text ? "text COLLATE \"C\"" : field.Type.PostgresName();
}
