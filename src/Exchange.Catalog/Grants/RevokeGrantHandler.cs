using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Grants;

/// <summary>Takes a grant back. The first revocation stands; another one answers with its version.</summary>
internal static class RevokeGrantHandler
{
    public static async Task<Result<GrantWasRevoked>> HandleAsync(RevokeGrant request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request.Reason)) return ErrorCodes.ValueMissing.With(("name", "reason"));
        if (string.IsNullOrWhiteSpace(request.RequestedBy)) return ErrorCodes.ValueMissing.With(("name", "requestedBy"));
        var now = time.GetUtcNow();
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var grants = await connection.ListAsync(GrantsSql.Find, r => (Version: r.GetInt64(0), IsRevoked: r.GetBoolean(1)), cancellation, request.Grant.Value);
        if (grants is not [var grant]) return ErrorCodes.GrantUnknown.With();
        if (grant.IsRevoked) return new GrantWasRevoked(request.Grant, grant.Version);

        var version = await GrantState.RaiseAsync(connection, now, cancellation);
        await connection.ExecuteAsync(GrantsSql.Revoke, cancellation, request.Grant.Value, version, now, request.RequestedBy, request.Reason);
        await transaction.CommitAsync(cancellation);
        return new GrantWasRevoked(request.Grant, version);
    }
}
