using Exchange.Contracts.Errors;
using Npgsql;

namespace Exchange.Hosting.Database;

/// <summary>
/// Brings a database to the newest version of a <see cref="MigrationSet"/>: forward only, each migration in a transaction of its own, under an advisory lock,
/// so that several processes may try at once. What was applied is never changed: its checksum is compared each time.
/// </summary>
public static class Migrator
{
    /// <summary>What <see cref="ApplyAsync"/> would apply, in order. Changes nothing.</summary>
    /// <returns>The pending migrations, or <see cref="ErrorCodes.MigrationChanged"/> / <see cref="ErrorCodes.MigrationUnknown"/>.</returns>
    public static async Task<Result<IReadOnlyList<Migration>>> PlanAsync(NpgsqlDataSource database, MigrationSet set, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return Pending(set, await ReadHistoryAsync(connection, set.HistorySchema, cancellation));
    }

    /// <summary>Applies what is pending.</summary>
    /// <returns>The migrations that were applied by this call, or <see cref="ErrorCodes.MigrationChanged"/> / <see cref="ErrorCodes.MigrationUnknown"/>, and then nothing is applied.</returns>
    /// <exception cref="PostgresException">A migration failed; it left no trace, those before it stay.</exception>
    public static async Task<Result<IReadOnlyList<Migration>>> ApplyAsync(NpgsqlDataSource database, MigrationSet set, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var locking = new NpgsqlCommand(MigratorSql.Lock, connection) { Parameters = { new() { Value = set.HistorySchema } } };
        await locking.ExecuteNonQueryAsync(cancellation);
        try
        {
            await using var create = new NpgsqlCommand(MigratorSql.CreateHistory(set.HistorySchema), connection);
            await create.ExecuteNonQueryAsync(cancellation);
            var pending = Pending(set, await ReadHistoryAsync(connection, set.HistorySchema, cancellation));
            if (pending.IsError) return pending;
            foreach (var migration in pending.Value) await ApplyOneAsync(connection, set.HistorySchema, migration, cancellation);
            return pending;
        }
        finally
        {
            await UnlockAsync(connection, set.HistorySchema);
        }
    }

    internal static Result<IReadOnlyList<Migration>> Pending(MigrationSet set, IReadOnlyDictionary<int, string> applied)
    {
        var known = set.Migrations.ToDictionary(m => m.Version);
        foreach (var (version, sha256) in applied.OrderBy(a => a.Key))
        {
            if (!known.TryGetValue(version, out var migration)) return ErrorCodes.MigrationUnknown.With(("schema", set.HistorySchema), ("version", version));
            if (migration.Sha256 != sha256) return ErrorCodes.MigrationChanged.With(("schema", set.HistorySchema), ("version", version), ("name", migration.Name));
        }
        return set.Migrations.Where(m => !applied.ContainsKey(m.Version)).ToArray();
    }

    private static async Task<IReadOnlyDictionary<int, string>> ReadHistoryAsync(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        var history = new Dictionary<int, string>();
        await using var exists = new NpgsqlCommand(MigratorSql.HistoryExists, connection) { Parameters = { new() { Value = schema } } };
        if (await exists.ExecuteScalarAsync(cancellation) is not true) return history;
        await using var command = new NpgsqlCommand(MigratorSql.ReadHistory(schema), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) history.Add(reader.GetInt32(0), reader.GetString(1));
        return history;
    }

    private static async Task ApplyOneAsync(NpgsqlConnection connection, string schema, Migration migration, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // A file may hold many statements and no parameters; building a large table may take longer than a request may.
        await using var command = new NpgsqlCommand(migration.Sql, connection, transaction) { CommandTimeout = MigratorSql.MigrationTimeoutSeconds };
        await command.ExecuteNonQueryAsync(cancellation);
        await using var record = new NpgsqlCommand(MigratorSql.InsertHistory(schema), connection, transaction)
        {
            Parameters = { new() { Value = migration.Version }, new() { Value = migration.Name }, new() { Value = migration.Sha256 } },
        };
        await record.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static async Task UnlockAsync(NpgsqlConnection connection, string schema)
    {
        // A broken connection has given up its lock already.
        if (connection.FullState != System.Data.ConnectionState.Open) return;
        await using var unlock = new NpgsqlCommand(MigratorSql.Unlock, connection) { Parameters = { new() { Value = schema } } };
        await unlock.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
