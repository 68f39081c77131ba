using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Adapters.Proof;

/// <summary>
/// Compares a consumer's table with the slice it was granted; where that is wanted, fills in again what differs, and compares that once more.
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

        var comparison = new SinkComparison(adapter, environment.Time, gateway, database, schema.Value);
        var compared = await comparison.WholeAsync(cancellation);
        if (compared.IsError) return compared.Error;
        if (!options.Repair || compared.Value.Standing.Count == 0) return Report(compared.Value, after: null);

        var repaired = await RepairAsync(comparison, gateway, database, schema.Value, [.. compared.Value.Standing.Select(d => d.Key)], cancellation);
        return repaired.Map(after => Report(compared.Value, after));
    }

    /// <returns>What a comparison afterwards found.</returns>
    private async Task<Result<SinkCompared>> RepairAsync(
        SinkComparison comparison, GatewayClient gateway, NpgsqlDataSource database, ResourceSchema schema, byte[][] keys, CancellationToken cancellation)
    {
        var refilled = await new TargetRefill(database, _sink, adapter.Name, gateway).RunAsync(schema, keys, cancellation);
        if (!refilled.IsError) return await comparison.KeysAsync(keys, cancellation);
        if (refilled.Error.Code != ErrorCodes.FieldUnknown) return refilled.Error;

        var replaced = await ReplaceAsync(gateway, schema, cancellation);
        return replaced.IsError ? replaced.Error : await comparison.WholeAsync(cancellation);
    }

    /// <summary>A masked key cannot be asked for: the whole slice is merged in again.</summary>
    private async Task<Result<Done>> ReplaceAsync(GatewayClient gateway, ResourceSchema schema, CancellationToken cancellation)
    {
        await using var sink = PostgresSink.Open(_sink, adapter.Name, adapter.Source, environment.Time);
        var state = await sink.ReadStateAsync(cancellation);
        var opened = await gateway.OpenSnapshotAsync(cancellation);
        if (opened.IsError) return opened.Error;
        using var answer = opened.Value;
        var replaced = await sink.ReplaceAsync(answer, schema, state, _ => { }, cancellation);
        return replaced.Map(_ => Done.Value);
    }

    /// <param name="after">What was compared after a repair; null where nothing was repaired.</param>
    private ProofReport Report(SinkCompared compared, SinkCompared? after) => new(
        adapter.Name,
        adapter.Source.Resource,
        [.. compared.Columns.Select(c => c.Column.Field)],
        ProofReport.VerdictOf(compared.Standing.Count, unsettled: 0, rangesLeft: 0, after?.Standing.Count),
        compared.Store,
        compared.Target,
        0,
        compared.MovingKeys,
        0,
        [.. compared.LeftOut.Select(l => new ProofOmission(l.Column, l.Reason))],
        compared.Differences(),
        after?.Differences() ?? [],
        compared.Ranges);
}
