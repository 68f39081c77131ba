using Exchange.Catalog.Database;
using Exchange.Catalog.Outbox;
using Exchange.Contracts.Messages.V1;
using Npgsql;

namespace Exchange.Catalog.Grants;

/// <summary>The version that gateways confirm before they serve.</summary>
internal static class GrantState
{
    /// <summary>Raises the version inside the caller's transaction, notifies gateways on commit and leaves the event for the outbox.</summary>
    public static async Task<long> RaiseAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellation)
    {
        var version = await connection.ScalarAsync<long>(GrantsSql.RaiseVersion, cancellation);
        await OutboxWriter.AddAsync(connection, new GrantsChanged(version), now, cancellation);
        return version;
    }
}
