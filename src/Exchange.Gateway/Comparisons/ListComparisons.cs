using Exchange.Gateway.Catalogue;
using Exchange.Gateway.Database;
using Exchange.Gateway.Records;

namespace Exchange.Gateway.Comparisons;

/// <summary><c>GET /v1/comparisons/{resource}</c>: when a source was compared with the store, and how it came out, for the owner and the bureau.</summary>
internal static class ListComparisons
{
    /// <summary>$1 the place to go on from, $2 the number of rows, $3 the resource.</summary>
    private const string List = """
        SELECT jsonb_build_object('id', c.comparison_id, 'comparedAt', to_char(c.compared_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'schemaFingerprint', c.fingerprint, 'head', c.head,
            'source', jsonb_build_object('rows', c.source_rows, 'digest', c.source_digest), 'store', jsonb_build_object('rows', c.store_rows, 'digest', c.store_digest),
            'ranges', c.ranges, 'rangesDiffering', c.ranges_differing)::text, c.comparison_id::text
        FROM catalog.comparison c JOIN catalog.resource r USING (resource_id)
        WHERE r.name = $3 AND c.comparison_id > CASE WHEN $1 = '' THEN 0 ELSE $1::bigint END ORDER BY c.comparison_id LIMIT $2
        """;

    public static Task HandleAsync(HttpContext http, string resource, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "list_comparisons", ResourceOwner.OwnerOrBureau, async (caller, cancellation) =>
        {
            var parameters = QueryParameters.Only(http, "after", "limit");
            if (parameters.IsError) return parameters.Error;
            var access = await ResourceOwner.CheckAsync(caller, resource, bureauToo: true, database, cancellation);
            if (access.IsError) return access.Error;
            return await Listing.PageAsync(parameters.Value, database, List, numeric: true, [resource], cancellation);
        });
}
