using System.Data;
using System.Globalization;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Changes;
using Exchange.Gateway.Database;
using Exchange.Gateway.Formats;
using Exchange.Records.Rows;
using Npgsql;

namespace Exchange.Gateway.Records;

/// <summary>
/// All granted rows as one consistent snapshot, relayed from PostgreSQL's COPY in memory that does not grow with their number. The header
/// <c>Exchange-Cursor</c> is where changes go on from.
/// </summary>
internal static class SnapshotStream
{
    private const int RetrySeconds = 5;
    public const string CursorHeader = "Exchange-Cursor";

    public static async ValueTask<Error?> SendAsync(Access access, RecordsQuery query, GatewayDatabase database, SealedCursor cursors, StreamSlots slots)
    {
        if (!slots.TryTake()) return ErrorCodes.StreamsTooMany.With(("seconds", RetrySeconds));
        try
        {
            await using var connection = await database.Streaming.OpenConnectionAsync(access.Http.RequestAborted);
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, access.Http.RequestAborted);
            var values = SqlValues.Settings();
            var sql = RecordsSql.Stream(access.Plan, query, values);
            var head = await PrepareAsync(connection, access.Plan, values, slots.Timeout, access.Http.RequestAborted);
            if (head.IsError) return head.Error;

            Encoders.Headers(access.Http, query.Format, query.Columns);
            if (query.IsWholeSlice(access.Plan))
                access.Http.Response.Headers[CursorHeader] = cursors.Seal(SealedCursor.ForChanges, access.Plan, ChangesCursor.Pack(head.Value, head.Value));
            return await RelayAsync(access, query, connection, sql, database);
        }
        finally
        {
            slots.GiveBack();
        }
    }

    /// <summary>Fixes the snapshot and tells the feed's head in it.</summary>
    internal static async Task<Result<long>> PrepareAsync(NpgsqlConnection connection, GrantPlan plan, SqlValues values, TimeSpan timeout, CancellationToken cancellation)
    {
        var milliseconds = ((long)timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(RecordsSql.FeedHead) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = plan.ResourceId } } },
                new(RecordsSql.StatementTimeout) { Parameters = { new NpgsqlParameter<string> { TypedValue = milliseconds } } },
            },
        };
        values.Set(batch);
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) && !reader.GetBoolean(1) ? reader.GetInt64(0) : ErrorCodes.ResourceLoading.With();
    }

    private static async Task<Error?> RelayAsync(Access access, RecordsQuery query, NpgsqlConnection connection, string sql, GatewayDatabase database)
    {
        var encoder = Encoders.For(query.Format, query.Columns);
        using var sink = new BodySink(access);
        await using var copy = await CopyOut.BeginAsync(connection, sql, database, access.Http.RequestAborted);
        using var tuples = new TupleStream(copy.Stream, query.Columns.Count);
        encoder.Begin(sink);
        while (!tuples.Ended)
        {
            var encoded = Encode(tuples, encoder, sink);
            var refusal = await access.Gate.Quota.TakeAsync(access.Plan, encoded, access.Http.RequestAborted);
            if (refusal is null)
            {
                access.Rows += encoded;
                if (sink.IsFull) refusal = await sink.FlushAsync();
            }

            if (refusal is not null) return await CutAsync(access, encoder, sink, refusal);
            if (!sink.IsFull && !tuples.Ended) await tuples.ReadAsync(access.Http.RequestAborted);
        }

        copy.Complete();
        encoder.End(sink);
        return await sink.EndAsync() is { } late ? await CutAsync(access, encoder, sink, late) : null;
    }

    // Fills the sink from what was read, up to one flush; a tuple's bytes do not outlive this call.
    private static int Encode(TupleStream tuples, IRowEncoder encoder, BodySink sink)
    {
        Span<FieldSlice> places = stackalloc FieldSlice[tuples.Fields];
        var rows = 0;
        while (!sink.IsFull && tuples.TryNext(places, out var tuple))
        {
            encoder.Row(sink, tuple, places);
            rows++;
        }

        return rows;
    }

    private static async Task<Error> CutAsync(Access access, IRowEncoder encoder, BodySink sink, Error reason)
    {
        if (!access.Http.Response.HasStarted || access.Http.RequestAborted.IsCancellationRequested) return reason;
        if (encoder.Notice(access.Http, reason) is { } notice) await sink.CutAsync(reason, notice);
        else access.Http.Abort();
        return reason;
    }
}
