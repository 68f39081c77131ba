using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Exchange.Records.Schemas;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Pipelines;

/// <summary>Runs adapters.</summary>
public static class AdapterRunner
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReleasePoll = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Registers the resource, opens its stream and publishes the source, until cancelled. Whatever cannot be reached is tried again with growing waits;
    /// a held stream waits, visibly, for its release.
    /// </summary>
    /// <returns>Done once cancelled; fails with <see cref="ErrorCodes.StreamFenced"/> where another adapter took the stream over.</returns>
    public static async Task<Result<Done>> PublishAsync(PublishingAdapter adapter, PublishingEnvironment environment, CancellationToken cancellation)
    {
        var board = new StatusBoard(adapter.Name, environment.Progress);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var guard = Connectors.GuardAsync(adapter, environment, board, ending.Token);
        try
        {
            return await PublishUntilStoppedAsync(adapter, environment, board, cancellation);
        }
        finally
        {
            await ending.CancelAsync();
            await guard.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Lands a granted resource in the department's own database, until cancelled. Talks to the gateway only.</summary>
    public static Task<Result<Done>> ReceiveAsync(ReceivingAdapter adapter, ReceivingEnvironment environment, CancellationToken cancellation) =>
        new ReceivingRunner(adapter, environment, new StatusBoard(adapter.Name, environment.Progress)).RunAsync(cancellation);

    private static async Task<Result<Done>> PublishUntilStoppedAsync(
        PublishingAdapter adapter, PublishingEnvironment environment, StatusBoard board, CancellationToken cancellation)
    {
        var opener = new StreamOpener(environment.Control);
        var backoff = new Backoff(FirstWait, LongestWait);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (board.Current.Phase != AdapterPhase.Held) board.Enter(AdapterPhase.Connecting, board.Current.Problem);
                var committed = board.Current.RowsCommitted;
                var (end, problem) = await SessionAsync(adapter, environment, opener, board, cancellation);
                if (end == SessionEnd.Fenced)
                {
                    board.Enter(AdapterPhase.Stopped, problem);
                    return problem!;
                }

                if (problem is not null)
                {
                    if (problem.ToString() != board.Current.Problem?.ToString()) environment.Logger.LogWarning("Adapter {Adapter}: {Problem}", adapter.Name, problem.ToString());
                    board.Enter(end == SessionEnd.Held ? AdapterPhase.Held : AdapterPhase.Retrying, problem);
                }

                if (end == SessionEnd.Held)
                {
                    await PauseAsync(ReleasePoll, environment.Time, cancellation);
                    continue;
                }

                if (board.Current.RowsCommitted > committed) backoff.Reset();
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                environment.Logger.LogError(e, "Adapter {Adapter}: the session failed; it is begun again", adapter.Name);
                board.Enter(AdapterPhase.Retrying, ErrorCodes.SourceUnavailable.With(("reason", e.Message)));
            }

            await PauseAsync(backoff.Next(), environment.Time, cancellation);
        }

        board.Enter(AdapterPhase.Stopped);
        return Done.Value;
    }

    private static async Task<(SessionEnd, Error?)> SessionAsync(
        PublishingAdapter adapter, PublishingEnvironment environment, StreamOpener opener, StatusBoard board, CancellationToken cancellation)
    {
        var control = environment.Control;
        var registered = await control.RequestAsync<RegisterResource, ResourceRegistered>(adapter.Resource, StreamWatch.Deadline, cancellation);
        if (registered.IsError) return (SessionEnd.Reopen, registered.Error);
        var opened = await opener.OpenAsync(
            adapter.Resource.Name, adapter.Name, adapter.Resource.Publisher, registered.Value.SchemaFingerprint, StreamWatch.Deadline, cancellation);
        if (opened.IsError) return (opened.Error.Code == ErrorCodes.StreamHeld ? SessionEnd.Held : SessionEnd.Reopen, opened.Error);
        var schema = ResourceSchema.Parse(opened.Value.Schema);
        if (schema.IsError) return (SessionEnd.Reopen, schema.Error);

        if (await WaitedForReleaseAsync(opened.Value, environment, board, cancellation)) return (SessionEnd.Reopen, null);
        var context = new SourceContext(adapter.Name, schema.Value, adapter.Batches, environment.Time, environment.Logger);
        await using var source = Connectors.Open(adapter.Source, context);
        board.Change(s => s with { Phase = AdapterPhase.Moving, Problem = null, Position = opened.Value.Position });
        var session = new PublishingSession(adapter, environment, board, opened.Value, registered.Value.SchemaFingerprint);
        return await session.RunAsync(source, cancellation);
    }

    /// <summary>Waits while the stream is held, without keeping anything of the source open. After a wait the position may have moved on.</summary>
    private static async Task<bool> WaitedForReleaseAsync(StreamOpened stream, PublishingEnvironment environment, StatusBoard board, CancellationToken cancellation)
    {
        for (var waited = false; ; waited = true)
        {
            var status = await environment.Control.RequestAsync<GetStreamStatus, StreamStatus>(new GetStreamStatus(stream.Stream), StreamWatch.StatusWithin, cancellation);
            if (!status.IsError) board.Quarantined(status.Value.RowsQuarantined);
            if (!status.IsError && (status.Value.State != "held" || status.Value.Epoch > stream.Epoch)) return waited;
            var problem = status.IsError ? status.Error : ErrorCodes.StreamHeld.With(("reason", $"{status.Value.HeldCode}: {status.Value.HeldReason}"));
            board.Enter(status.IsError ? AdapterPhase.Retrying : AdapterPhase.Held, problem);
            await Task.Delay(ReleasePoll, environment.Time, cancellation);
        }
    }

    private static async Task PauseAsync(TimeSpan wait, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(wait, time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The loop's condition ends it.
        }
    }
}
