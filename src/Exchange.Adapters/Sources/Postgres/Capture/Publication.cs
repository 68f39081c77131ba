using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>
/// The publication of one table: only the columns and rows that are shared leave the server. The adapter makes and keeps it where its role may, and else checks
/// the one that is there.
/// </summary>
internal sealed class Publication(string name, PostgresSourceModel model, IReadOnlyList<string>? columns)
{
    private const string Options = "publish = 'insert, update, delete, truncate', publish_via_partition_root = true";

    /// <summary>What a database administrator would run in place of the adapter.</summary>
    public string CreateSql => $"CREATE PUBLICATION {Quoted} FOR TABLE {Part(columns)} WITH ({Options})";

    private string RemakeSql => $"DROP PUBLICATION IF EXISTS {Quoted}; {CreateSql}";

    private string Quoted => TableName.Identifier.Quote(name);

    /// <summary>Makes sure that the publication is there and publishes just what is wanted.</summary>
    /// <returns>Null once it does; else what stands in the way, with the SQL to run.</returns>
    public async Task<ErrorDetail?> EnsureAsync(NpgsqlDataSource database, ServerFacts facts, CancellationToken cancellation)
    {
        await using var connection = await database.OpenLiveAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await RunAsync(connection, "SET LOCAL lock_timeout = '30s'", cancellation);
        var isOwner = await OwnershipAsync(connection, cancellation);
        try
        {
            if (isOwner == false) return await VerifyAsync(connection, cancellation);
            if (await FilterOutsideIdentityAsync(connection, facts, isOwner is null, cancellation) is { } finding) return finding;
            await RunAsync(connection, $"ALTER PUBLICATION {Quoted} SET TABLE {Part(columns)}", cancellation);
            if (!await IsPublishedAsync(connection, cancellation)) await RunAsync(connection, $"ALTER PUBLICATION {Quoted} SET ({Options})", cancellation);
            await transaction.CommitAsync(cancellation);
            return null;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return Missing(e.MessageText);
        }
        catch (PostgresException e) when (IsAboutTheFilter(e))
        {
            return Finding(ErrorCodes.CaptureFilterInvalid, e.MessageText);
        }
    }

    /// <summary>Looks, leaving nothing behind, whether a publication that the role may not change publishes just what is wanted.</summary>
    /// <returns>Null where it does, and where the role may mend it.</returns>
    public async Task<ErrorDetail?> CheckAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenLiveAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            return await OwnershipAsync(connection, cancellation) == false ? await VerifyAsync(connection, cancellation) : null;
        }
        catch (PostgresException e) when (IsAboutTheFilter(e))
        {
            return Finding(ErrorCodes.CaptureFilterInvalid, e.MessageText);
        }
    }

    private bool IsAboutTheFilter(PostgresException e) => model.Where is not null && e.SqlState is PostgresErrorCodes.SyntaxError or PostgresErrorCodes.UndefinedColumn
        or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.DatatypeMismatch or PostgresErrorCodes.UndefinedFunction;

    /// <summary>
    /// A filter over columns outside of the replica identity would make the source's own updates fail. Which columns it looks at is known once the
    /// publication holds it without a list of columns: within this transaction, before anyone else sees it.
    /// </summary>
    private async Task<ErrorDetail?> FilterOutsideIdentityAsync(NpgsqlConnection connection, ServerFacts facts, bool isNew, CancellationToken cancellation)
    {
        if (isNew) await RunAsync(connection, $"CREATE PUBLICATION {Quoted} FOR TABLE {Part(null)} WITH ({Options})", cancellation);
        if (model.Where is null) return null;
        await RunAsync(connection, "SAVEPOINT filter", cancellation);
        if (!isNew) await RunAsync(connection, $"ALTER PUBLICATION {Quoted} SET TABLE {Part(null)}", cancellation);
        var used = new List<string>();
        await using (var command = Command(connection, CaptureSql.FilterColumns, name, model.Table.Sql))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation)) used.Add(reader.GetString(0));
        }

        await RunAsync(connection, "ROLLBACK TO SAVEPOINT filter", cancellation);
        if (CaptureRules.OutsideIdentity(facts, used).Count == 0) return null;
        var wanted = facts.Columns.Where(c => c.InIdentity).Select(c => c.Name).Union(used);
        return new ErrorDetail("source.postgres.where", ErrorCodes.CaptureIdentity, ErrorCodes.CaptureIdentity.With(
            ("table", model.Table), ("columns", string.Join(", ", wanted)), ("sql", CaptureRules.IdentitySql(model.Table, wanted))).Data);
    }

    private async Task<ErrorDetail?> VerifyAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        string? filter;
        await using (var command = Command(connection, CaptureSql.Published, name, model.Table.Sql))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation)) return Missing("");
            var published = reader.GetBoolean(1) ? reader.GetFieldValue<string[]>(0) : null;
            var fits = (columns, published) switch
            {
                (null, null) => true,
                ({ } wanted, { } found) => wanted.Order(StringComparer.Ordinal).SequenceEqual(found.Order(StringComparer.Ordinal)),
                _ => false,
            };
            if (!fits) return Missing("");
            filter = reader.IsDBNull(2) ? null : reader.GetString(2);
        }

        return await new PublicationFilter(connection, model, filter).CompareAsync(cancellation) switch
        {
            null => null,
            { Denied: { } reason, Configured: var configured } => Differs(ErrorCodes.CapturePublicationUnproven, filter, configured, reason),
            { Configured: var configured } => Differs(ErrorCodes.CapturePublicationFilter, filter, configured, ""),
        };
    }

    private async Task<bool> IsPublishedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = Command(connection, CaptureSql.Published, name, model.Table.Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation);
    }

    /// <returns>Null where there is no such publication.</returns>
    private async Task<bool?> OwnershipAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = Command(connection, CaptureSql.Publication, name);
        return await command.ExecuteScalarAsync(cancellation) as bool?;
    }

    /// <summary>That it is not there as it should be, with what a database administrator runs.</summary>
    public ErrorDetail Missing(string reason) => Finding(ErrorCodes.CapturePublicationMissing, reason);

    private ErrorDetail Differs(ErrorCode code, string? published, string configured, string reason) => new("source.postgres.where", code, code.With(
        ("publication", name), ("published", published ?? PublicationFilter.All), ("configured", configured), ("reason", reason), ("sql", RemakeSql)).Data);

    private ErrorDetail Finding(ErrorCode code, string reason) =>
        new("source.postgres", code, code.With(("publication", name), ("sql", RemakeSql), ("reason", reason)).Data);

    private string Part(IReadOnlyList<string>? list) =>
        model.Table.Sql
        + (list is null ? "" : $" ({string.Join(", ", list.Select(TableName.Identifier.Quote))})")
        + (model.Where is null ? "" : $" WHERE ({model.Where})");

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params ReadOnlySpan<string> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
