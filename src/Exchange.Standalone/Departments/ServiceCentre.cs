using Npgsql;

namespace Exchange.Standalone.Departments;

/// <summary>The Government Service Centre: the consumer, with its own PostgreSQL cluster into which its adapters write.</summary>
internal sealed class ServiceCentre(NpgsqlDataSource database)
{
    public const string Code = "service-centre";

    public Task<Fingerprint> EnterprisesAsync(CancellationToken cancellation) => FingerprintAsync("enterprise", StoreSql.ReceivedSlice, cancellation);

    public Task<Fingerprint> DivisionsAsync(CancellationToken cancellation) => FingerprintAsync("division", StoreSql.ReceivedDivisions, cancellation);

    /// <summary>The columns that arrived, in order.</summary>
    public async Task<string> ColumnsAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(StoreSql.ReceivedColumns);
        return (string)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private async Task<Fingerprint> FingerprintAsync(string table, string sql, CancellationToken cancellation)
    {
        await using (var exists = database.CreateCommand(StoreSql.TableExists))
        {
            exists.Parameters.AddWithValue("name", table);
            if (await exists.ExecuteScalarAsync(cancellation) is not true) return default;
        }

        await using var command = database.CreateCommand(sql);
        return await FingerprintQuery.ReadAsync(command, cancellation);
    }
}
