using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Problems;

namespace Exchange.Gateway;

/// <summary>A parsed question, as far as the pipeline has to know it.</summary>
internal interface IAccessQuery
{
    /// <summary>The feed offset from which changes are asked for, else null.</summary>
    long? FromOffset { get; }
}

/// <summary>
/// The order of these steps is what an access is:
/// 1. authenticate, 2. find the plan, 3. parse the query, 4. check the quota, 5. record <c>access.started</c>, 6. execute and stream (no byte before 5 is
/// committed, see <see cref="Formats.BodySink"/>), 7. record <c>access.finished</c>. What is refused in 2–4 is recorded as <c>access.refused</c>.
/// </summary>
internal static class RequestPipeline
{
    public const string PurposeHeader = "Exchange-Purpose";
    public const string CaseHeader = "Exchange-Case";

    /// <param name="operation">Of <c>GrantMethods</c>.</param>
    /// <param name="parse">Reads the question against what the plan lets out.</param>
    /// <param name="execute">Answers it; an error before the first body byte becomes a problem.</param>
    public static async Task RunAsync<TQuery>(
        HttpContext http,
        string resource,
        string operation,
        Gate gate,
        Func<GrantPlan, ValueTask<Result<TQuery>>> parse,
        Func<Access, TQuery, ValueTask<Error?>> execute)
        where TQuery : IAccessQuery
    {
        // 1
        if (await Opening.OfAsync(http, gate, operation) is not { } opening) return;
        var entry = opening.Entry with { Purpose = Bounded(FindPlan.Purpose(http)), CaseNumber = Bounded(FindPlan.CaseNumber(http)) };

        using var severed = gate.Lease.Severed.Register(http.Abort);

        // 2
        var plan = FindPlan.For(http, opening.Caller, resource, operation, gate);
        if (plan.IsError)
        {
            await Opening.RefuseAsync(http, gate, entry, plan.Error);
            return;
        }

        entry = entry with { GrantId = plan.Value.GrantId, GrantVersion = plan.Value.GrantVersion, ResourceId = plan.Value.ResourceId };

        // 3
        var query = await parse(plan.Value);
        if (query.IsError)
        {
            await Opening.RefuseAsync(http, gate, entry, query.Error);
            return;
        }

        // 4
        if (await gate.Quota.RefusalAsync(plan.Value, http.RequestAborted) is { } overdrawn)
        {
            await Opening.RefuseAsync(http, gate, entry, overdrawn);
            return;
        }

        // 5
        entry = entry with { FromOffset = query.Value.FromOffset };
        var access = new Access
        {
            Http = http,
            Id = opening.Request,
            Caller = opening.Caller,
            Plan = plan.Value,
            Operation = operation,
            Gate = gate,
            Recorded = gate.Audit.CommitAsync(entry).AsTask(),
        };

        // 6 and 7
        await ExecuteAsync(access, query.Value, entry, execute);
    }

    private static async Task ExecuteAsync<TQuery>(Access access, TQuery query, AuditEntry started, Func<Access, TQuery, ValueTask<Error?>> execute)
    {
        var outcome = "aborted";
        try
        {
            var error = await execute(access, query);
            outcome = error?.Code.Name ?? AuditEntry.Completed;
            if (error is not null && !access.Http.Response.HasStarted)
                await Problem.WriteAsync(access.Http, await access.Recorded ? error : ErrorCodes.AuditUnavailable.With());
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            outcome = ErrorCodes.Unexpected.Name;
            throw;
        }
        finally
        {
            if (await access.Recorded)
            {
                await access.Gate.Audit.AppendAsync(started with
                {
                    Kind = AuditEntry.Finished,
                    At = access.Gate.Time.GetUtcNow(),
                    RowCount = access.Bytes == 0 ? 0 : access.Rows,
                    ByteCount = access.Bytes,
                    BodySha256 = access.BodySha256,
                    Outcome = outcome,
                });
            }
        }
    }

    // What callers send is kept for the record, but not at any length, and without characters that the database refuses: one such entry would hold up all.
    private static string? Bounded(string? value)
    {
        if (value is null) return null;
        var kept = value.Length <= FindPlan.MaxHeaderLength ? value : value[..FindPlan.MaxHeaderLength];
        return string.Create(kept.Length, kept, (span, text) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(text[i]) || char.IsSurrogate(text[i]) ? '?' : text[i];
        });
    }
}
