using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Database;
using Exchange.Gateway.Formats;
using Exchange.Gateway.Records;

namespace Exchange.Gateway.Changes;

/// <summary><c>GET /v1/changes/{resource}</c>: what changed in the granted slice since a cursor; waits for it where asked to.</summary>
internal static class ReadChanges
{
    // A slice may be far apart in its feed: looked for this long, then the reader goes on from where the search came to.
    private static readonly TimeSpan SearchTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaseInterval = TimeSpan.FromMilliseconds(500);

    public static Task HandleAsync(HttpContext http, string resource, Gate gate, GatewayDatabase database, SealedCursor cursors, FeedSignals signals, FeedTurns turns) =>
        RequestPipeline.RunAsync(
            http,
            resource,
            GrantMethods.Changes,
            gate,
            plan => ValueTask.FromResult(ChangesQuery.Parse(http, plan, cursors)),
            (access, query) => SendAsync(access, query, database, cursors, signals, turns));

    private static async ValueTask<Error?> SendAsync(
        Access access, ChangesQuery query, GatewayDatabase database, SealedCursor cursors, FeedSignals signals, FeedTurns turns)
    {
        // Waiting is part of the access: it is on record before it begins.
        if (!await access.Recorded) return ErrorCodes.AuditUnavailable.With();
        var page = await FindAsync(access, query, database, signals, turns);
        if (page.IsError)
        {
            if (page.Error.Code == ErrorCodes.CursorExpired) ChangesQuery.LinkSnapshot(access.Http, access.Plan);
            return page.Error;
        }

        if (await access.Gate.Quota.TakeAsync(access.Plan, page.Value.Changes.Count, access.Http.RequestAborted) is { } overdrawn) return overdrawn;
        var next = cursors.Seal(SealedCursor.ForChanges, access.Plan, ChangesCursor.Pack(page.Value.Next.Offset, page.Value.Next.Base));
        access.Http.Response.Headers[SnapshotStream.CursorHeader] = next;
        Encoders.Headers(access.Http, query.Format, access.Plan.Columns, withOperation: true);
        using var sink = new BodySink(access);
        new ChangesWriter(access.Plan).Write(sink, query.Format, page.Value.Changes, next);
        access.Rows = page.Value.Changes.Count;
        return await sink.SendWholeAsync();
    }

    private static async Task<Result<ChangesPage>> FindAsync(Access access, ChangesQuery query, GatewayDatabase database, FeedSignals signals, FeedTurns turns)
    {
        var time = access.Gate.Time;
        var begun = time.GetTimestamp();
        var from = query.From;
        while (true)
        {
            var page = await ChangesPage.ReadAsync(access.Plan, from, query.Limit, database, turns, access.Http.RequestAborted);
            if (page.IsError || page.Value.Changes.Count > 0) return page;
            from = page.Value.Next;
            if (from.Offset < page.Value.Head)
            {
                if (time.GetElapsedTime(begun) > SearchTime) return page;
                continue;
            }

            if (await WaitAsync(access, query, page.Value.Head, begun, signals) is { } refusal) return refusal;
            if (time.GetElapsedTime(begun) >= query.Wait || IsStopping(access)) return page;
        }
    }

    // A gateway that stops sends its waiting readers away with what they have.
    private static bool IsStopping(Access access) =>
        access.Http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    /// <returns>What ended the grant meanwhile, or null where the feed moved or the time is over.</returns>
    private static async Task<Error?> WaitAsync(Access access, ChangesQuery query, long head, long begun, FeedSignals signals)
    {
        var (time, lease) = (access.Gate.Time, access.Gate.Lease);
        var stopping = access.Http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(access.Http.RequestAborted, stopping);
        var moved = signals.BeyondAsync(access.Plan.ResourceId, head, query.Wait, over.Token);
        while (!moved.IsCompleted && !stopping.IsCancellationRequested && time.GetElapsedTime(begun) < query.Wait)
        {
            var current = await lease.CurrentAsync(access.Http.RequestAborted);
            if ((current.IsError ? current.Error : lease.Refusal(access.Plan, access.Caller.ClientId)) is { } refusal)
            {
                await over.CancelAsync();
                await moved.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return refusal;
            }

            var rest = query.Wait - time.GetElapsedTime(begun);
            await Task.WhenAny(moved, current.Value.Superseded, Task.Delay(rest < LeaseInterval ? rest : LeaseInterval, time, over.Token));
            access.Http.RequestAborted.ThrowIfCancellationRequested();
        }

        await over.CancelAsync();
        await moved.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return null;
    }
}
