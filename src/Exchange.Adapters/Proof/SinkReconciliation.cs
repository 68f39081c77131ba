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
internal sealed class SinkReconciliation(ReceivingAdapter adapter, ReceivingEnvironment environment, ReconcileOptions options)
{
    private readonly PostgresSinkModel _sink = adapter.Sink;

    public async Task<Result<ProofReport>> RunAsync(CancellationToken cancellation)
    {
        using var gateway = new GatewayClient(adapter.Source with { Wait = TimeSpan.Zero }, environment.Time);
        var schema = await gateway.GetSchemaAsync(cancellation);
        if (schema.IsError) return schema.Error;
        await using var database = _sink.Connection.Open($"exchange-adapter {adapter.Name} reconcile");

        var compared = await CompareAsync(gateway, database, schema.Value, cancellation);
        if (compared.IsError || !options.Repair || compared.Value.Report.Differences.Count == 0) return compared.Map(c => c.Report);

        var repaired = await RepairAsync(gateway, database, schema.Value, compared.Value.Keys, cancellation);
        if (repaired.IsError) return repaired.Error;
        return compared.Value.Report with { Verdict = ProofVerdict.Repaired };
    }

    private async Task<Result<(ProofReport Report, byte[][] Keys)>> CompareAsync(
        GatewayClient gateway, NpgsqlDataSource database, ResourceSchema schema, CancellationToken cancellation)
    {
        // 1: the moment; the rows are read after the slice, but as they were now.
        await using var target = await TargetReading.BeginAsync(database, _sink, adapter.Name, cancellation);
        var targetAt = environment.Time.GetUtcNow();
        if (target.Cursor is null) return ErrorCodes.NothingLanded.With();

        // 2
        var opened = await gateway.OpenSnapshotAsync(cancellation);
        if (opened.IsError) return opened.Error;
        using var slice = opened.Value;
        var storeAt = environment.Time.GetUtcNow();
        var bound = TargetColumn.Bind(_sink, slice.Columns, schema);
        if (bound.IsError) return bound.Error;
        var (columns, leftOut) = await target.PartAsync(bound.Value, cancellation);
        var digester = Digester(columns);
        using var right = new DigestLedger(KeyRanges.Usual);
        await foreach (var run in slice.ReadAsync(cancellation)) Add(right, digester, run, slice.Columns.Count, columns, first: 0);
        if (slice.Problem() is { } problem) return problem;

        using var left = new DigestLedger(KeyRanges.Usual);
        var inOrder = columns.Select((c, i) => c with { Place = i }).ToList();
        await foreach (var run in target.ReadAsync(columns, cancellation)) Add(left, digester, run, columns.Count, inOrder, first: 0);

        // 3
        var moving = await MovingAsync(gateway, target.Cursor, digester, columns, slice.Columns.Count, cancellation);
        if (moving.IsError) return moving.Error;
        var found = KeyComparison.Ranges(right.Ranges, left.Ranges).SelectMany(r => KeyComparison.Keys(right.Read(r), left.Read(r))).ToList();
        var standing = found.Where(d => !moving.Value.Contains(d.Key)).ToList();
        Column[] key = [.. columns.Where(c => c.Column.IsKey).Select(c => new Column(c.Column.Field, c.Column.Type))];
        var report = new ProofReport(
            adapter.Name,
            adapter.Source.Resource,
            [.. columns.Select(c => c.Column.Field)],
            standing.Count > 0 ? ProofVerdict.Different : ProofVerdict.Equal,
            new ProofSide("store", storeAt, slice.Cursor, right.Total.Rows, right.Total.Digest),
            new ProofSide("target", targetAt, target.Cursor, left.Total.Rows, left.Total.Digest),
            0,
            found.Count - standing.Count,
            0,
            [.. leftOut.Select(l => new ProofOmission(l.Column, l.Reason))],
            [.. standing.Select(d => ProofDifference.Of(d, key))],
            ProofReport.RangesOf(right.Ranges, left.Ranges));
        return (report, [.. standing.Select(d => d.Key)]);
    }

    /// <summary>The keys that changed after the table's cursor, up to the feed's head. Reading on to the head takes them beyond the slice that was compared.</summary>
    private static async Task<Result<HashSet<byte[]>>> MovingAsync(
        GatewayClient gateway, string cursor, RowDigester digester, IReadOnlyList<ComparedColumn> columns, int fields, CancellationToken cancellation)
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
                Each(run, fields + 1, columns, first: 1, (tuple, chosen) => moving.Add(digester.Key(tuple, chosen).ToArray()));
            }

            if (answer.Problem() is { } problem) return problem;
            if (rows == 0) return moving;
            cursor = answer.Cursor;
        }
    }

    private async Task<Result<Done>> RepairAsync(GatewayClient gateway, NpgsqlDataSource database, ResourceSchema schema, byte[][] keys, CancellationToken cancellation)
    {
        var refilled = await new TargetRefill(database, _sink, adapter.Name, gateway).RunAsync(schema, keys, cancellation);
        if (!refilled.IsError) return Done.Value;
        if (refilled.Error.Code != ErrorCodes.FieldUnknown) return refilled.Error;

        // A masked key cannot be asked for: the whole slice is merged in again.
        await using var sink = PostgresSink.Open(_sink, adapter.Name, adapter.Source, environment.Time);
        var state = await sink.ReadStateAsync(cancellation);
        var opened = await gateway.OpenSnapshotAsync(cancellation);
        if (opened.IsError) return opened.Error;
        using var answer = opened.Value;
        var replaced = await sink.ReplaceAsync(answer, schema, state, _ => { }, cancellation);
        return replaced.Map(_ => Done.Value);
    }

    private static RowDigester Digester(IReadOnlyList<ComparedColumn> columns) => new(
        columns.Select(c => c.Column.Type), Enumerable.Range(0, columns.Count).Where(i => columns[i].Column.IsKey));

    private static void Add(DigestLedger ledger, RowDigester digester, TupleRun run, int fields, IReadOnlyList<ComparedColumn> columns, int first) =>
        Each(run, fields, columns, first, (tuple, chosen) =>
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
}
