using System.Runtime.CompilerServices;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Http;

/// <summary>
/// Reads a JSON API of a department's system: all of it, page by page, and then all of it again or what changed since. Nothing is published before a pass is whole and makes sense.
/// </summary>
internal sealed class HttpSource(HttpSourceModel model, SourceContext context) : IRecordSource
{
    private readonly HttpApi _api = new(model, context.Time);
    private readonly SentRows _sent = new(context.Schema.Fields.Count + 1);
    private HttpPosition _position = HttpPosition.Parse(default);

    public async IAsyncEnumerable<SourceItem> ReadAsync(CommittedPosition from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        _position = HttpPosition.Parse(from);
        DateTimeOffset? looked = null;
        while (true)
        {
            var due = looked is { } last ? last + model.Interval : context.Time.GetUtcNow();
            if (due > context.Time.GetUtcNow())
            {
                yield return new SourceIdle(due);
                await Task.Delay(due - context.Time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero, context.Time, cancellation);
            }

            looked = context.Time.GetUtcNow();
            var round = _position.Since is { } since && !SnapshotIsDue(looked.Value) ? ChangesAsync(since, cancellation) : SnapshotAsync(looked.Value, cancellation);
            await foreach (var item in round)
            {
                yield return item;
                if (item is SourceProblem) yield break;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return default;
    }

    private bool SnapshotIsDue(DateTimeOffset now) =>
        _position.SnapshotAt is not { } last || model.Changes is not { } changes || last + changes.SnapshotInterval <= now;

    private async IAsyncEnumerable<SourceItem> SnapshotAsync(DateTimeOffset started, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var spool = await RowSpool.CreateAsync(model.Spool, cancellation);
        var projection = new RowProjection(model, context.Schema);
        var pass = await new HttpPass(model, context, _api, spool, projection).ReadAsync(null, cancellation);
        if ((pass.IsError ? pass.Error : Disbelieve(pass.Value, projection)) is { } problem)
        {
            yield return new SourceProblem(problem);
            yield break;
        }

        var found = pass.Value;
        if (found.Total is { } total)
        {
            yield return new SourceNotice(ErrorCodes.HttpTotalDiffers.With(("total", total), ("rows", found.Rows)));
            yield break;
        }

        var complete = new HttpPosition(started, found.Fingerprint, found.Since);
        if (found.Fingerprint != _position.Fingerprint)
        {
            var running = _position.Write();
            yield return SourceBatch.Marker(BatchKind.SnapshotStart, running, 0);
            var rows = 0L;
            await foreach (var run in spool.ReadAsync(context.Schema.Fields.Count, context.Limits, cancellation))
            {
                rows += run.Rows;
                yield return SourceBatch.Of(BatchKind.Rows, running, run, found.Rows > 0 ? Math.Min(1.0, (double)rows / found.Rows) : null);
            }

            yield return SourceBatch.Marker(BatchKind.SnapshotEnd, complete.Write(), 1);
        }

        _position = complete;
    }

    private async IAsyncEnumerable<SourceItem> ChangesAsync(string since, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var spool = await RowSpool.CreateAsync(model.Spool, cancellation);
        var projection = new RowProjection(model, context.Schema) { WithOperation = true };
        var asked = model.Changes!.Mark is null ? since : MarkText.Before(since, model.Changes.Overlap);
        var (pass, expired) = await PassAsync(new HttpPass(model, context, _api, spool, projection), asked, cancellation);
        if (expired)
        {
            _position = _position with { Since = null };
            yield return new SourceNotice(ErrorCodes.HttpCursorExpired.With());
            yield break;
        }

        // A few changes may well all lack what is not required.
        if ((pass.IsError ? pass.Error : Drift(projection, f => !f.Nullable)) is { } problem)
        {
            yield return new SourceProblem(problem);
            yield break;
        }

        var after = _position with { Since = Later(since, pass.Value.Since) };
        SourceBatch? held = null;
        _sent.BeginRound();
        await foreach (var run in spool.ReadAsync(context.Schema.Fields.Count + 1, context.Limits, cancellation))
        {
            // A cursor brings each change once; what lies behind a mark comes again and again.
            var fresh = model.Changes.Mark is null ? run : _sent.New(run);
            if (fresh.Rows == 0) continue;
            if (held is not null) yield return held;
            held = SourceBatch.Of(BatchKind.Changes, _position.Write(), fresh);
        }

        // Only the last batch takes the position over the whole round.
        if (held is not null) yield return held with { Position = after.Write() };
        _position = after;
    }

    private static async Task<(Result<PassFindings> Pass, bool Expired)> PassAsync(HttpPass pass, string since, CancellationToken cancellation)
    {
        try
        {
            return (await pass.ReadAsync(since, cancellation), false);
        }
        catch (ApiUnavailableException e) when (e.Status == System.Net.HttpStatusCode.Gone)
        {
            return (default, true);
        }
    }

    /// <summary>A cursor is the API's own; of marks the higher one counts.</summary>
    private string Later(string since, string? found) =>
        found is null || (model.Changes!.Mark is not null && MarkText.Compare(found, since) < 0) ? since : found;

    private Error? Disbelieve(PassFindings found, RowProjection projection)
    {
        if (projection.Live == 0) return model.AcceptsEmpty ? null : ErrorCodes.HttpPassEmpty.With();
        if (model.Changes is { } changes && found.Since is null)
            return ErrorCodes.HttpAnswerUnfit.With(("page", 1), ("reason", $"there is nothing to ask for changes with at {changes.Cursor ?? changes.Mark}"), ("reason:zh", $"{changes.Cursor ?? changes.Mark} 处没有可用于读取变化的游标"));
        return Drift(projection, _ => true);
    }

    /// <summary>What is present in no row at all is gone from the API.</summary>
    private Error? Drift(RowProjection projection, Func<Field, bool> expected)
    {
        if (projection.Live == 0) return null;
        var gone = context.Schema.Fields
            .Where(f => projection.Present[f.Ordinal] == 0 && expected(f) && !model.Optional.Contains(f.Name))
            .Select(f => $"no row has {model.Columns[f.Name]}").ToList();
        return gone.Count == 0 ? null : ErrorCodes.SchemaDrift.With(("change", string.Join("; ", gone)));
    }
}
