using Exchange.Adapters.Configuration;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <param name="Configured">The configured condition, as the server writes it where it could be asked.</param>
/// <param name="Denied">Why the server could not be asked; null where the two conditions are different ones.</param>
internal sealed record FilterDifference(string Configured, string? Denied);

/// <summary>
/// Compares the row filter of a publication with the configured one. The server is asked how it writes the configured condition: as a check of a temporary copy of the
/// table's definition. The transaction must not be committed, so that nothing of it stays.
/// </summary>
/// <param name="published">The publication's row filter, as the server writes it; null for none.</param>
internal sealed class PublicationFilter(NpgsqlConnection connection, PostgresSourceModel model, string? published)
{
    /// <summary>How no condition is written.</summary>
    public const string All = "true";

    private const string Check = "exchange_filter";

    /// <returns>Null where both take the same rows.</returns>
    public async Task<FilterDifference?> CompareAsync(CancellationToken cancellation)
    {
        if (model.Where is not { } where) return published is null ? null : new FilterDifference(All, null);
        if (published is null) return new FilterDifference(where, null);
        // For a role that may not make the copy: what is written as the server writes it needs no asking.
        if (published == where || published == $"({where})") return null;
        try
        {
            var configured = await AsWrittenAsync(where, cancellation);
            return configured == published ? null : new FilterDifference(configured, null);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            return new FilterDifference(where, e.MessageText);
        }
    }

    private async Task<string> AsWrittenAsync(string where, CancellationToken cancellation)
    {
        // Named like the table, for a condition that names it.
        var name = TableName.Identifier.Quote(model.Table.Name);
        await using (var copy = new NpgsqlCommand($"CREATE TEMPORARY TABLE {name} (LIKE {model.Table.Sql})", connection)) await copy.ExecuteNonQueryAsync(cancellation);
        await using (var check = new NpgsqlCommand($"ALTER TABLE pg_temp.{name} ADD CONSTRAINT {Check} CHECK ({where})", connection)) await check.ExecuteNonQueryAsync(cancellation);
        await using var ask = new NpgsqlCommand(CaptureSql.Condition, connection) { Parameters = { new() { Value = $"pg_temp.{name}" }, new() { Value = Check } } };
        return (string)(await ask.ExecuteScalarAsync(cancellation))!;
    }
}
