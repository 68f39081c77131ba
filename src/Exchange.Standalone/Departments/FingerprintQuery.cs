using System.Numerics;
using Npgsql;

namespace Exchange.Standalone.Departments;

internal static class FingerprintQuery
{
    /// <summary>Runs a query that answers with one row: count and sum.</summary>
    public static async Task<Fingerprint> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        command.CommandTimeout = 120;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new Fingerprint(reader.GetInt64(0), await reader.GetFieldValueAsync<BigInteger>(1, cancellation));
    }
}
