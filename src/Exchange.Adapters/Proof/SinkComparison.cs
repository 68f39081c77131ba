using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Adapters.Proof;

/// <summary>
/// Compares a consumer's table with the slice it was granted, which is an access like any other, on record. (1) The table is read once, at its cursor; (2) the slice is read
/// once, at a later place of the feed; (3) the changes between the two are read, and their keys are left out: what differs there is on its way. Every other difference is one.
/// </summary>
internal sealed class SinkComparison(ReceivingAdapter adapter, TimeProvider time, GatewayClient gateway, NpgsqlDataSource database, ResourceSchema schema)
{
    private readonly PostgresSinkModel _sink = adapter.Sink;

    /// <summary>The whole table with the whole slice.</summary>
    public Task<Result<SinkCompared>> WholeAsync(CancellationToken cancellation) => RunAsync(null, [gateway.OpenSnapshotAsync], cancellation);

    /// <summary>Single keys. <see cref="ErrorCodes.FieldUnknown"/> where the key is masked and so cannot be asked for.</summary>
    public Task<Result<SinkCompared>> KeysAsync(IReadOnlyList<byte[]> keys, CancellationToken cancellation)
    {
        var questions = KeyQuestions.Of(TargetRefill.KeyFields(_sink, schema), keys);
        return RunAsync(keys, questions.Select(q => (Question)(c => gateway.OpenRecordsAsync(q, c))), cancellation);
    }

    private delegate Task<Result<RowsAnswer>> Question(CancellationToken cancellation);

    /// <param name="keys">What of the table is compared; null for all.</param>
    /// <param name="questions">What gives these rows of the slice; at least one.</param>
    private async Task<Result<SinkCompared>> RunAsync(IReadOnlyList<byte[]>? keys, IEnumerable<Question> questions, CancellationToken cancellation)
    {
        // 1: the moment; the rows are read after the slice, but as they were now.
        await using var target = await TargetReading.BeginAsync(database, _sink, adapter.Name, cancellation);
        var targetAt = time.GetUtcNow();
        if (target.Cursor is null) return ErrorCodes.NothingLanded.With();

        // 2
        using var right = new DigestLedger(KeyRanges.Usual);
        var storeAt = time.GetUtcNow();
        SliceShape? shape = null;
        foreach (var question in questions)
        {
            var read = await ReadSliceAsync(target, question, right, cancellation);
            if (read.IsError) return read.Error;
            shape ??= read.Value;
        }

        var columns = shape!.Columns;
        using var left = new DigestLedger(KeyRanges.Usual);
        var inOrder = columns.Select((c, i) => c with { Place = i }).ToList();
        await foreach (var run in target.ReadAsync(columns, keys, cancellation)) Add(left, shape.Digester, run, columns.Count, inOrder);

        // 3
        var moving = await MovingAsync(target.Cursor, shape, cancellation);
        if (moving.IsError) return moving.Error;
        var found = KeyComparison.Ranges(right.Ranges, left.Ranges).SelectMany(r => KeyComparison.Keys(right.Read(r), left.Read(r))).ToList();
        return new SinkCompared(
            columns,
            shape.LeftOut,
            new ProofSide("store", storeAt, shape.Cursor, right.Total.Rows, right.Total.Digest),
            new ProofSide("target", targetAt, target.Cursor, left.Total.Rows, left.Total.Digest),
            [.. found.Where(d => !moving.Value.Contains(d.Key))],
            found.Count(d => moving.Value.Contains(d.Key)),
            ProofReport.RangesOf(right.Ranges, left.Ranges));
    }

    private async Task<Result<SliceShape>> ReadSliceAsync(TargetReading target, Question question, DigestLedger ledger, CancellationToken cancellation)
    {
        var opened = await question(cancellation);
        if (opened.IsError) return opened.Error;
        using var slice = opened.Value;
        var bound = TargetColumn.Bind(_sink, slice.Columns, schema);
        if (bound.IsError) return bound.Error;
        var (columns, leftOut) = await target.PartAsync(bound.Value, cancellation);
        var digester = new RowDigester(columns.Select(c => c.Column.Type), Enumerable.Range(0, columns.Count).Where(i => columns[i].Column.IsKey));
        await foreach (var run in slice.ReadAsync(cancellation)) Add(ledger, digester, run, slice.Columns.Count, columns);
        if (slice.Problem() is { } problem) return problem;
        return new SliceShape(columns, leftOut, digester, slice.Columns.Count, slice.Cursor);
    }

    /// <summary>The keys that changed after the table's cursor, up to the feed's head. Reading on to the head takes them beyond the slice that was compared.</summary>
    private async Task<Result<HashSet<byte[]>>> MovingAsync(string cursor, SliceShape shape, CancellationToken cancellation)
    {
        var moving = new HashSet<byte[]>(KeyBytes.Comparer);
        while (true)
        {
            var opened = await gateway.OpenChangesAsync(cursor, cancellation);
            if (opened.IsError) return opened.Error;
            using var answer = opened.Value;
            var rows = 0;
            await foreach (var run in answer.ReadAsync(cancellation))
            {
                rows += run.Rows;
                Each(run, shape.Fields + 1, shape.Columns, first: 1, (tuple, chosen) => moving.Add(shape.Digester.Key(tuple, chosen).ToArray()));
            }

            if (answer.Problem() is { } problem) return problem;
            if (rows == 0) return moving;
            cursor = answer.Cursor;
        }
    }

    private static void Add(DigestLedger ledger, RowDigester digester, TupleRun run, int fields, IReadOnlyList<ComparedColumn> columns) =>
        Each(run, fields, columns, first: 0, (tuple, chosen) =>
        {
            var digest = digester.Row(tuple, chosen);
            ledger.Add(digester.Key(tuple, chosen), digest);
        });

    private delegate void Take(ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> chosen);

    /// <param name="fields">Number of fields of a tuple.</param>
    /// <param name="first">Fields before the slice's own.</param>
    private static void Each(TupleRun run, int fields, IReadOnlyList<ComparedColumn> columns, int first, Take take)
    {
        var places = new FieldSlice[fields];
        var chosen = new FieldSlice[columns.Count];
        var reader = new RowReader(run.Body.Span);
        while (reader.ReadRow(places))
        {
            for (var i = 0; i < chosen.Length; i++) chosen[i] = columns[i].Kept(run.Body.Span, places[first + columns[i].Place]);
            take(run.Body.Span, chosen);
        }

        if (reader.Fault is { } fault) throw new InvalidDataException(fault.ToError().ToString());
    }

    /// <summary>How the slice's rows are read.</summary>
    private sealed record SliceShape(IReadOnlyList<ComparedColumn> Columns, IReadOnlyList<(string Column, string Reason)> LeftOut, RowDigester Digester, int Fields, string Cursor);
}

/// <summary>What a comparison of a table with its slice found.</summary>
/// <param name="Standing">Every difference but those of keys that were changing.</param>
/// <param name="MovingKeys">How many differed and were changing.</param>
internal sealed record SinkCompared(
    IReadOnlyList<ComparedColumn> Columns,
    IReadOnlyList<(string Column, string Reason)> LeftOut,
    ProofSide Store,
    ProofSide Target,
    IReadOnlyList<KeyDifference> Standing,
    int MovingKeys,
    IReadOnlyList<ProofRange> Ranges)
{
    public IReadOnlyList<ProofDifference> Differences()
    {
        Column[] key = [.. Columns.Where(c => c.Column.IsKey).Select(c => new Column(c.Column.Field, c.Column.Type))];
        return [.. Standing.Select(d => ProofDifference.Of(d, key))];
    }
}
