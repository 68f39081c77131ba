using System.Globalization;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Catalogue;
using Exchange.Gateway.Database;
using Exchange.Gateway.Records;

namespace Exchange.Gateway.Audit;

/// <summary><c>GET /v1/audit?request=|grant=|after=|limit=</c>: the record of accesses, for the bureau. Places are <c>log:index</c>.</summary>
internal static class ReadAudit
{
    private const string Entries = """
        SELECT jsonb_build_object('log', log, 'index', index, 'kind', kind, 'at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'request', request_id,
            'client', client_id, 'participant', participant_id, 'grant', grant_id, 'grantVersion', grant_version, 'resource', resource_id,
            'operation', operation, 'purpose', purpose, 'case', case_number, 'requestHash', encode(request_hash, 'hex'), 'fromOffset', from_offset,
            'rows', row_count, 'bytes', byte_count, 'bodySha256', encode(body_sha256, 'hex'), 'outcome', outcome)::text, log || ':' || index
        FROM audit.entry
        WHERE ($3::uuid IS NULL OR request_id = $3) AND ($4::uuid IS NULL OR grant_id = $4)
            AND ($1 = '' OR (log, index) > (split_part($1, ':', 1), split_part($1, ':', 2)::bigint))
        ORDER BY log, index LIMIT $2
        """;

    public static Task HandleAsync(HttpContext http, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "read_audit", [ClientRoles.Bureau], async (_, cancellation) =>
        {
            var parameters = QueryParameters.Only(http, "request", "grant", "after", "limit");
            if (parameters.IsError) return parameters.Error;
            foreach (var name in (string[])["request", "grant"])
            {
                if (parameters.Value.TryGetValue(name, out var id) && !IsId(id))
                    return ErrorCodes.ParameterInvalid.With(("parameter", name), ("reason", "UUID"));
            }

            if (parameters.Value.TryGetValue("after", out var after) && !IsPlace(after)) return ErrorCodes.CursorInvalid.With();
            return await Listing.PageAsync(
                parameters.Value, database, Entries, numeric: false, [Id(parameters.Value, "request"), Id(parameters.Value, "grant")], cancellation);
        });

    private static object Id(IReadOnlyDictionary<string, string> parameters, string name) =>
        parameters.TryGetValue(name, out var id) ? Guid.Parse(id) : DBNull.Value;

    private static bool IsId(string text) => Guid.TryParse(text, out _);

    private static bool IsPlace(string place) =>
        place.Split(':') is [{ Length: > 0 }, var index] && long.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
