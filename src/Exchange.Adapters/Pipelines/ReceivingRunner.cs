using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Pipelines;

/// <summary>Runs receiving adapters: a snapshot first, then changes page by page, for ever.</summary>
internal sealed class ReceivingRunner(ReceivingAdapter adapter, ReceivingEnvironment environment, StatusBoard board)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>What people must mend is asked for again at this pace.</summary>
    private static readonly TimeSpan HeldWait = TimeSpan.FromSeconds(15);

    /// <summary>An answer without changes that comes sooner than this is not a long poll; the next question waits.</summary>
    private static readonly TimeSpan SoonestPoll = TimeSpan.FromMilliseconds(500);

    private bool _expired;

    public async Task<Result<Done>> RunAsync(CancellationToken cancellation)
    {
        using var gateway = new GatewayClient(adapter.Source, environment.Time);
        await using var sink = PostgresSink.Open(adapter.Sink, adapter.Name, adapter.Source, environment.Time);
        var backoff = new Backoff(FirstWait, LongestWait);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var problem = await FollowAsync(gateway, sink, backoff, cancellation);
                environment.Logger.LogWarning("Adapter {Adapter}: {Problem}", adapter.Name, problem.ToString());
                board.Enter(NeedsPeople(problem) ? AdapterPhase.Held : AdapterPhase.Retrying, problem);
                await Task.Delay(NeedsPeople(problem) ? HeldWait : backoff.Next(), environment.Time, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                var problem = TargetFault.Describe(e);
                // What a target refuses may stand in the exception's texts, which repeat values.
                environment.Logger.LogError(problem.Code == ErrorCodes.TargetRowRefused ? null : e, "Adapter {Adapter}: the transfer failed; it is begun again: {Problem}", adapter.Name, problem.ToString());
                board.Enter(NeedsPeople(problem) ? AdapterPhase.Held : AdapterPhase.Retrying, problem);
                await PauseAsync(NeedsPeople(problem) ? HeldWait : backoff.Next(), cancellation);
            }
        }

        board.Enter(AdapterPhase.Stopped);
        return Done.Value;
    }

    /// <summary>Follows the slice until something stops it.</summary>
    private async Task<Error> FollowAsync(GatewayClient gateway, PostgresSink sink, Backoff backoff, CancellationToken cancellation)
    {
        var schema = await gateway.GetSchemaAsync(cancellation);
        if (schema.IsError && adapter.Sink.Key.Count == 0) return schema.Error;
        var known = schema.IsError ? null : schema.Value;
        while (true)
        {
            var state = await sink.ReadStateAsync(cancellation);
            board.Change(s => s with { Position = state.Cursor });
            var problem = state.Cursor is null
                ? await SnapshotAsync(gateway, sink, known, state, cancellation)
                : await ChangesAsync(gateway, sink, known, state, state.Cursor, cancellation);
            if (problem is not null) return problem;
            backoff.Reset();
        }
    }

    private async Task<Error?> SnapshotAsync(GatewayClient gateway, PostgresSink sink, ResourceSchema? schema, SinkState state, CancellationToken cancellation)
    {
        var opened = await gateway.OpenSnapshotAsync(cancellation);
        if (opened.IsError) return opened.Error;
        using var answer = opened.Value;
        board.Enter(AdapterPhase.Moving);
        var applied = await sink.ReplaceAsync(answer, schema, state, OnRows, cancellation);
        if (applied.IsError) return applied.Error;
        environment.Logger.LogInformation("Adapter {Adapter}: snapshot of {Rows} rows landed", adapter.Name, applied.Value);
        board.Change(s => s with { RowsCommitted = s.RowsCommitted + applied.Value, Snapshots = s.Snapshots + 1, Position = answer.Cursor });
        return null;
    }

    /// <summary>One question for changes; where the cursor has expired, a fresh snapshot instead.</summary>
    private async Task<Error?> ChangesAsync(
        GatewayClient gateway, PostgresSink sink, ResourceSchema? schema, SinkState state, string cursor, CancellationToken cancellation)
    {
        var asked = environment.Time.GetTimestamp();
        var opened = await gateway.OpenChangesAsync(cursor, cancellation);
        // A cursor that expires before it was ever used is a fault of the other side: the usual waits apply.
        if (opened.IsError && opened.Error.Code == ErrorCodes.CursorExpired && !_expired)
        {
            _expired = true;
            environment.Logger.LogInformation("Adapter {Adapter}: the cursor has expired; a fresh snapshot replaces the table's rows", adapter.Name);
            return await SnapshotAsync(gateway, sink, schema, state, cancellation);
        }

        _expired = false;
        if (opened.IsError) return opened.Error;
        using var answer = opened.Value;
        var applied = await sink.ApplyAsync(answer, schema, state, OnRows, cancellation);
        if (applied.IsError) return applied.Error;
        board.Change(s => s with
        {
            Phase = applied.Value > 0 ? AdapterPhase.Moving : AdapterPhase.CaughtUp, Problem = null,
            RowsCommitted = s.RowsCommitted + applied.Value, Position = answer.Cursor,
        });
        var taken = environment.Time.GetElapsedTime(asked);
        if (applied.Value == 0 && taken < SoonestPoll) await Task.Delay(SoonestPoll - taken, environment.Time, cancellation);
        return null;
    }

    private void OnRows(int rows) => board.Change(s => s with { RowsRead = s.RowsRead + rows });

    private static bool NeedsPeople(Error problem) =>
        problem.Code == ErrorCodes.TargetDrift || problem.Code == ErrorCodes.TargetRowRefused || problem.Code == ErrorCodes.GrantRevoked || problem.Code == ErrorCodes.GrantExpired
        || problem.Code == ErrorCodes.NotGranted || problem.Code == ErrorCodes.MethodNotGranted || problem.Code == ErrorCodes.PurposeMissing
        || problem.Code == ErrorCodes.CaseNumberMissing || problem.Code == ErrorCodes.ClientUnauthorized || problem.Code == ErrorCodes.QuotaExceeded;

    private async Task PauseAsync(TimeSpan wait, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(wait, environment.Time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The loop's condition ends it.
        }
    }
}
