using Exchange.Contracts.Errors;
using Exchange.Gateway.Authentication;

namespace Exchange.Gateway.Authorization;

/// <summary>Finds the grant that a call is made under. A resource that does not exist is answered like one that was not granted.</summary>
internal static class FindPlan
{
    public const int MaxHeaderLength = 100;

    public static Result<GrantPlan> For(HttpContext http, Caller caller, string resource, string method, Gate gate)
    {
        var current = gate.Lease.Current;
        if (current.IsError) return current.Error;
        var chosen = Choose(current.Value.Of(caller.ParticipantId, resource), Purpose(http), method, gate.Time.GetUtcNow());
        if (chosen.IsError || !chosen.Value.CaseRequired) return chosen;
        return CaseNumber(http) is { Length: > 0 and <= MaxHeaderLength } ? chosen : ErrorCodes.CaseNumberMissing.With();
    }

    /// <summary>
    /// Of the caller's grants on the resource, the one with the purpose that can be used now. Where none can, the reason of the latest: a new grant
    /// for the same purpose takes the place of a revoked one.
    /// </summary>
    internal static Result<GrantPlan> Choose(IReadOnlyList<GrantPlan> plans, string? purpose, string method, DateTimeOffset now)
    {
        if (plans.Count == 0) return ErrorCodes.NotGranted.With();
        Error? reason = null;
        GrantPlan? latest = null;
        foreach (var plan in plans)
        {
            if (!string.Equals(plan.Purpose, purpose, StringComparison.Ordinal)) continue;
            var refusal = plan.Refusal(now) ?? (plan.Methods.Contains(method) ? null : ErrorCodes.MethodNotGranted.With(("method", method)));
            if (refusal is null) return plan;
            if (latest is not null && latest.GrantVersion > plan.GrantVersion) continue;
            (latest, reason) = (plan, refusal);
        }

        return reason ?? ErrorCodes.PurposeMissing.With();
    }

    /// <summary>The purpose that the call names, or null.</summary>
    public static string? Purpose(HttpContext http) => Header(http, RequestPipeline.PurposeHeader);

    /// <summary>The case (办件号) that the call names, or null.</summary>
    public static string? CaseNumber(HttpContext http) => Header(http, RequestPipeline.CaseHeader);

    // Header fields are ASCII: other text is percent-encoded.
    private static string? Header(HttpContext http, string name)
    {
        var values = http.Request.Headers[name];
        if (values.Count != 1 || values[0] is not { } value) return null;
        return value.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(value) : value;
    }
}
