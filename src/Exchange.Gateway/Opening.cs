using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Problems;

namespace Exchange.Gateway;

/// <summary>How every operation begins: it gets its number, its caller is known, and what will be recorded of it is drawn up.</summary>
/// <param name="Entry">Of the kind <c>access.started</c>, not recorded yet.</param>
internal sealed record Opening(RequestId Request, Caller Caller, AuditEntry Entry)
{
    private const string RequestIdHeader = "Exchange-Request-Id";

    /// <returns>Null where it is not known who asks; the answer has been given then, and nothing is recorded.</returns>
    public static async ValueTask<Opening?> OfAsync(HttpContext http, Gate gate, string operation)
    {
        var request = NewIdentifier.At<RequestId>(gate.Time.GetUtcNow());
        http.Response.Headers[RequestIdHeader] = request.ToString();
        var caller = await Authenticate.CallerAsync(http, gate);
        if (caller.IsError)
        {
            await Problem.WriteAsync(http, caller.Error);
            return null;
        }

        return new Opening(request, caller.Value, new AuditEntry
        {
            Kind = AuditEntry.Started,
            At = gate.Time.GetUtcNow(),
            RequestId = request.Value,
            Operation = operation,
            ClientId = caller.Value.ClientId,
            ParticipantId = caller.Value.ParticipantId,
            RequestHash = RequestHash.Of(http, gate.Keys.RequestHash),
        });
    }

    /// <summary>Records <c>access.refused</c> and tells the caller why.</summary>
    public static async Task RefuseAsync(HttpContext http, Gate gate, AuditEntry entry, Error error)
    {
        var recorded = await gate.Audit.CommitAsync(entry with { Kind = AuditEntry.Refused, Outcome = error.Code.Name });
        await Problem.WriteAsync(http, recorded ? error : ErrorCodes.AuditUnavailable.With());
    }
}
