using System.Globalization;
using Exchange.Adapters.Configuration;
using Exchange.Hosting.Database;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>Merges staged rows into the target, inside the caller's transaction. Only rows that differ are written.</summary>
internal sealed class RowMerge(NpgsqlConnection connection, TableName target, IReadOnlyList<TargetColumn> columns)
{
    /// <summary>The staging table. Its columns are fields, in row types; its rows are gone at the end of the transaction.</summary>
    public const string Staging = "pg_temp._exchange_staging";
    public const string Operation = "_op";

    private readonly TargetColumn[] _keys = [.. columns.Where(c => c.IsKey)];
    private readonly TargetColumn[] _others = [.. columns.Where(c => !c.IsKey)];

    public async Task<bool> TargetIsEmptyAsync(CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT NOT EXISTS (SELECT FROM {target.Sql})", connection);
        return await command.ScalarGuardedAsync(cancellation) is true;
    }

    public Task CreateStagingAsync(bool withOperation, CancellationToken cancellation)
    {
        var fields = string.Join(", ", columns.Select(c => $"{c.FieldSql} {c.Type.PostgresName()}"));
        var operation = withOperation ? $"{Operation} text NOT NULL, _n bigint GENERATED ALWAYS AS IDENTITY, " : "";
        return ExecuteAsync($"CREATE TEMPORARY TABLE _exchange_staging ({operation}{fields}) ON COMMIT DROP", cancellation);
    }

    /// <summary>Makes the target equal to the staged snapshot.</summary>
    /// <param name="withdrawn">Columns of the target to be emptied.</param>
    public async Task ReplaceAsync(IReadOnlyList<string> withdrawn, CancellationToken cancellation)
    {
        await ExecuteAsync($"CREATE UNIQUE INDEX ON {Staging} ({Fields(_keys)})", cancellation);
        await ExecuteAsync($"ANALYZE {Staging}", cancellation);
        await ExecuteAsync($"DELETE FROM {target.Sql} AS t WHERE NOT EXISTS (SELECT FROM {Staging} AS s WHERE {KeysEqual})", cancellation);
        await ExecuteAsync(Upsert($"{Staging} AS s"), cancellation);
        foreach (var column in withdrawn.Select(TableName.Identifier.Quote))
            await ExecuteAsync($"UPDATE {target.Sql} SET {column} = NULL WHERE {column} IS NOT NULL", cancellation);
    }

    /// <summary>Applies the staged changes; of several for one key the last holds. Deletes come first: a row may take over what another one held in a further unique index.</summary>
    public async Task ApplyAsync(CancellationToken cancellation)
    {
        var last = $"(SELECT DISTINCT ON ({Fields(_keys)}) * FROM {Staging} ORDER BY {Fields(_keys)}, _n DESC) AS s";
        await ExecuteAsync($"DELETE FROM {target.Sql} AS t USING {last} WHERE s.{Operation} = 'delete' AND {KeysEqual}", cancellation);
        await ExecuteAsync(Upsert($"{last} WHERE s.{Operation} <> 'delete'"), cancellation);
    }

    /// <summary>Makes the rows of some keys equal to the staged ones: keys that are not staged leave the target.</summary>
    /// <param name="fields">The key fields.</param>
    /// <param name="keys">Per key field the values of all keys.</param>
    public async Task RefillAsync(IReadOnlyList<Field> fields, string[][] keys, CancellationToken cancellation)
    {
        var names = fields.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"k{i}")).ToArray();
        var equal = fields.Select((f, i) => $"t.{_keys.First(k => k.Field == f.Name).Sql} = k.{names[i]}::{f.Type.PostgresName()}");
        var given = names.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1}::text[]"));
        await using var delete = new NpgsqlCommand(
            $"""
            DELETE FROM {target.Sql} AS t USING unnest({string.Join(", ", given)}) AS k ({string.Join(", ", names)})
            WHERE {string.Join(" AND ", equal)} AND NOT EXISTS (SELECT FROM {Staging} AS s WHERE {KeysEqual})
            """,
            connection);
        foreach (var values in keys) delete.Parameters.Add(new() { Value = values });
        await delete.ExecuteGuardedAsync(cancellation);
        await ExecuteAsync(Upsert($"{Staging} AS s"), cancellation);
    }

    private string KeysEqual => string.Join(" AND ", _keys.Select(k => $"t.{k.Sql} = s.{k.FieldSql}"));

    private static string Fields(IEnumerable<TargetColumn> some) => string.Join(", ", some.Select(c => c.FieldSql));

    private string Upsert(string from)
    {
        var into = string.Join(", ", columns.Select(c => c.Sql));
        var values = string.Join(", ", columns.Select(c => $"s.{c.FieldSql}"));
        var key = string.Join(", ", _keys.Select(k => k.Sql));
        var update = _others.Length == 0
            ? "NOTHING"
            : $"""
                UPDATE SET {string.Join(", ", _others.Select(c => $"{c.Sql} = excluded.{c.Sql}"))}
                WHERE ({string.Join(", ", _others.Select(c => $"t.{c.Sql}"))}) IS DISTINCT FROM ({string.Join(", ", _others.Select(c => $"excluded.{c.Sql}"))})
                """;
        return $"INSERT INTO {target.Sql} AS t ({into}) SELECT {values} FROM {from} ON CONFLICT ({key}) DO {update}";
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteGuardedAsync(cancellation);
    }
}
