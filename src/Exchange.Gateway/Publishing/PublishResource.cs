using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Audit;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Problems;

namespace Exchange.Gateway.Publishing;

/// <summary>
/// <c>POST /v1/publish/{resource}?mode=&amp;on-bad-line=&amp;lines=</c>: rows of a department that runs no adapter. An answer of success means that they are stored.
/// (1) authenticate, (2) check role and ownership, (3) read what is asked for, (4) take a slot, (5) record <c>access.started</c>, (6) receive the body, check and store it,
/// (7) record <c>access.finished</c>. What is refused in 2–4 is recorded as <c>access.refused</c>.
/// </summary>
internal static class PublishResource
{
    public const string Operation = "publish";
    public const string ReplayedHeader = "Idempotency-Replayed";

    public static async Task HandleAsync(HttpContext http, string resource, Gate gate, PublishingTargets targets, PublishingSlots slots, PublishingRun run)
    {
        // 1
        if (await Opening.OfAsync(http, gate, Operation) is not { } opening) return;
        var entry = opening.Entry;

        // 2 and 3
        var target = await AdmitAsync(opening.Caller, resource, targets, http.RequestAborted);
        var asked = target.IsError ? target.Error : PublishRequest.Parse(http, resource);
        if (!target.IsError) entry = entry with { ResourceId = target.Value.ResourceId };

        // 4
        var isTaken = !asked.IsError && slots.TryTake();
        if (!isTaken)
        {
            await Opening.RefuseAsync(http, gate, entry, asked.Error ?? ErrorCodes.PublicationsTooMany.With(("seconds", 2)));
            return;
        }

        try
        {
            // 5
            if (await gate.Audit.CommitAsync(entry)) await ExecuteAsync(http, gate, entry, run, body => JobAsync(http, gate, opening.Caller, asked.Value, target.Value, body));
            else await Problem.WriteAsync(http, ErrorCodes.AuditUnavailable.With());
        }
        finally
        {
            slots.GiveBack();
        }
    }

    private static async Task<Result<PublishingTarget>> AdmitAsync(Caller caller, string resource, PublishingTargets targets, CancellationToken cancellation)
    {
        if (!caller.Has(ClientRoles.Publisher)) return ErrorCodes.RoleMissing.With(("role", ClientRoles.Publisher));
        var target = await targets.FindAsync(resource, cancellation);
        if (target.IsError || target.Value.Publisher == caller.Participant) return target;
        return ErrorCodes.ResourceOfAnother.With(("resource", resource));
    }

    private static async Task ExecuteAsync(HttpContext http, Gate gate, AuditEntry started, PublishingRun run, Func<ReceivedBody, Task<Result<PublicationJob>>> job)
    {
        using var spool = new BodySpool(run.Limits.SpoolFolder ?? Path.GetTempPath());
        var outcome = "aborted";
        var rows = 0L;
        try
        {
            var done = await RunAsync(http, spool, run, job);
            outcome = done.Error?.Code.Name ?? AuditEntry.Completed;
            rows = done is { Error: null, Found: { } found } ? found.Accepted : 0;
            await AnswerAsync(http, done);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            outcome = ErrorCodes.Unexpected.Name;
            throw;
        }
        finally
        {
            await gate.Audit.AppendAsync(started with { Kind = AuditEntry.Finished, At = gate.Time.GetUtcNow(), RowCount = rows, ByteCount = spool.Length, Outcome = outcome });
        }
    }

    private static async Task<PublicationOutcome> RunAsync(HttpContext http, BodySpool spool, PublishingRun run, Func<ReceivedBody, Task<Result<PublicationJob>>> job)
    {
        var body = await ReceiveBody.RunAsync(http, spool, run.Limits.MaxBodyBytes);
        if (body.IsError) return PublicationOutcome.Failed(body.Error);
        if (spool.Length == 0) return PublicationOutcome.Failed(ErrorCodes.PublicationEmpty.With());
        var ready = await job(body.Value);
        return ready.IsError ? PublicationOutcome.Failed(ready.Error) : await run.RunAsync(ready.Value);
    }

    /// <summary>The body may have taken long: the client must still be one that may publish.</summary>
    private static async Task<Result<PublicationJob>> JobAsync(HttpContext http, Gate gate, Caller caller, PublishRequest request, PublishingTarget target, ReceivedBody body)
    {
        var current = await gate.Lease.CurrentAsync(http.RequestAborted);
        if (current.IsError) return current.Error;
        if (!current.Value.Clients.TryGetValue(caller.ClientId, out var client) || client.Disabled || !client.Has(ClientRoles.Publisher)) return ErrorCodes.TokenInvalid.With();
        return new PublicationJob(request, target, caller.ParticipantId, body, request.Hash(gate.Keys.RequestHash, body.Sha256), Languages.Of(http));
    }

    private static async Task AnswerAsync(HttpContext http, PublicationOutcome done)
    {
        if (done.Error is { } error)
        {
            var language = Languages.Of(http);
            await Problem.WriteAsync(http, error, done.Found is { } found ? json => PublicationReport.Extend(json, found, language) : null);
            return;
        }

        if (done.IsReplayed) http.Response.Headers[ReplayedHeader] = "true";
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = done.Answer!.Length;
        await http.Response.BodyWriter.WriteAsync(done.Answer, http.RequestAborted);
    }
}
