using System.Data;
using System.Globalization;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;
using Exchange.Records.Formats;
using Exchange.Records.Proof;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>
/// Fills single keys of a target in again. The rows are asked for while the sink's cursor is locked: they are at least as new as what the sink has applied, and it
/// cannot go on before they are in. A key that the slice does not have leaves the target.
/// </summary>
internal sealed class TargetRefill(NpgsqlDataSource database, PostgresSinkModel model, string adapter, GatewayClient gateway)
{
    /// <returns>The number of keys; fails, with nothing changed, where the gateway does not answer whole. <see cref="ErrorCodes.FieldUnknown"/> where the key is masked and so cannot be asked for.</returns>
    public async Task<Result<int>> RunAsync(ResourceSchema schema, IReadOnlyList<byte[]> keys, CancellationToken cancellation)
    {
        await using var session = await LiveTransaction.BeginAsync(database, IsolationLevel.ReadCommitted, cancellation);
        var connection = session.Connection;
        await using (var settings = new NpgsqlCommand(PostgresSinkSql.SettingsSql, connection) { Parameters = { new() { Value = model.TimeZone } } })
            await settings.ExecuteNonQueryAsync(cancellation);
        await using (var hold = new NpgsqlCommand(PostgresSinkSql.HoldCursor(model.Cursors.Sql), connection) { Parameters = { new() { Value = adapter } } })
            await hold.ExecuteNonQueryAsync(cancellation);

        var fields = KeyFields(model, schema);
        RowMerge? merge = null;
        foreach (var question in KeyQuestions.Of(fields, keys))
        {
            var opened = await gateway.OpenRecordsAsync(question, cancellation);
            if (opened.IsError) return opened.Error;
            using var answer = opened.Value;
            var bound = TargetColumn.Bind(model, answer.Columns, schema);
            if (bound.IsError) return bound.Error;
            if (merge is null)
            {
                merge = new RowMerge(connection, model.Table, bound.Value);
                await merge.CreateStagingAsync(withOperation: false, cancellation);
            }

            await RowCopy.IntoAsync(session, RowMerge.Staging, bound.Value.Select(c => c.FieldSql), answer.ReadAsync(cancellation), _ => { }, cancellation);
            if (answer.Problem() is { } problem) return problem;
        }

        if (merge is not null) await merge.RefillAsync(fields, Texts(fields, keys), cancellation);
        await session.CommitAsync(cancellation);
        return keys.Count;
    }

    /// <summary>The fields that make up the target's key, in the schema's order.</summary>
    public static Field[] KeyFields(PostgresSinkModel model, ResourceSchema schema) =>
        [.. (model.Key.Count > 0 ? model.Key : [.. schema.Keys.Select(k => k.Name)]).Select(k => schema.Find(k)!).OrderBy(f => f.Ordinal)];

    /// <summary>Per key field the values of all keys.</summary>
    private static string[][] Texts(Field[] fields, IReadOnlyList<byte[]> keys)
    {
        Column[] columns = [.. fields.Select(Column.Of)];
        var texts = keys.Select(k => ProofKey.Texts(columns, k) ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"A key of {k.Length} bytes has other columns."))).ToList();
        return [.. columns.Select((_, i) => texts.Select(t => t[i]).ToArray())];
    }
}
