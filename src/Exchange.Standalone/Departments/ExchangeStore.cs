using Exchange.Standalone.Sample;
using Npgsql;

namespace Exchange.Standalone.Departments;

/// <summary>The exchange's own store, read directly by its operator for the comparison.</summary>
internal sealed class ExchangeStore(NpgsqlDataSource database)
{
    public async Task<Fingerprint> GrantedSliceAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(StoreSql.StoredSlice);
        command.Parameters.AddWithValue("compound", EnterpriseWords.CompoundSurnames);
        command.Parameters.AddWithValue("city", EnterpriseMaker.City);
        return await FingerprintQuery.ReadAsync(command, cancellation);
    }

    public async Task<Fingerprint> RegisterAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(StoreSql.StoredRegister);
        return await FingerprintQuery.ReadAsync(command, cancellation);
    }

    public async Task<Fingerprint> DivisionsAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(StoreSql.StoredDivisions);
        return await FingerprintQuery.ReadAsync(command, cancellation);
    }
}
