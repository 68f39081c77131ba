using Exchange.Contracts.Errors;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Database;
using Exchange.Gateway.Formats;
using Npgsql;

namespace Exchange.Gateway.Records;

/// <param name="Last">Order values of the last row where another page follows, else null.</param>
internal sealed record RecordsPage(IReadOnlyList<RecordTuple> Rows, string?[]? Last)
{
    public static async ValueTask<Result<RecordsPage>> ReadAsync(Access access, RecordsQuery query, GatewayDatabase database)
    {
        var cancellation = access.Http.RequestAborted;
        var values = SqlValues.Parameters();
        var sql = RecordsSql.Page(access.Plan, query, values);
        var page = new NpgsqlBatchCommand(sql);
        values.Bind(page.Parameters);
        await using var connection = await database.Reading.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new(RecordsSql.FeedHead) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = access.Plan.ResourceId } } }, page },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation) || reader.GetBoolean(1)) return ErrorCodes.ResourceLoading.With();
        await reader.NextResultAsync(cancellation);

        var limit = query.Limit!.Value;
        var rows = new List<RecordTuple>();
        byte[]? last = null;
        while (await reader.ReadAsync(cancellation))
        {
            if (rows.Count == limit) return new RecordsPage(rows, Positions(last!, query.Columns.Count));
            last = reader.GetFieldValue<byte[]>(0);
            rows.Add(RecordTuple.From(last, query.Columns.Count));
        }

        return new RecordsPage(rows, null);
    }

    private static string?[] Positions(byte[] record, int columns)
    {
        var fields = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(record);
        return [.. Enumerable.Range(columns, fields - columns).Select(i => RecordTuple.Text(record, i))];
    }
}
