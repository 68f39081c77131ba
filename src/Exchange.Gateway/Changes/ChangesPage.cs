using System.Buffers.Binary;
using System.Data;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Database;
using Exchange.Gateway.Formats;
using Exchange.Gateway.Records;
using Exchange.Records.Rows;
using Npgsql;

namespace Exchange.Gateway.Changes;

/// <summary>One change as it leaves.</summary>
/// <param name="Operation"><c>insert</c>, <c>update</c> or <c>delete</c>.</param>
/// <param name="Tuple">Operation and granted columns as one tuple.</param>
internal readonly record struct Change(string Operation, RecordTuple Tuple);

/// <summary>The changes after a cursor, up to a limit of changes, bytes and offsets looked at.</summary>
/// <param name="Next">Where to go on.</param>
/// <param name="Head">The feed's head when it was read.</param>
internal sealed record ChangesPage(IReadOnlyList<Change> Changes, ChangesCursor Next, long Head)
{
    private const long MaxOffsets = 200_000;
    private const long MaxBytes = 8 * 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <returns>The page, or <see cref="ErrorCodes.CursorExpired"/> / <see cref="ErrorCodes.ResourceLoading"/>.</returns>
    public static async Task<Result<ChangesPage>> ReadAsync(
        GrantPlan plan, ChangesCursor from, int limit, GatewayDatabase database, FeedTurns turns, CancellationToken cancellation)
    {
        using var turn = await turns.TakeAsync(cancellation);
        await using var connection = await database.Streaming.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var state = await StateAsync(connection, plan, cancellation);
        if (state is not { Loading: false } feed) return ErrorCodes.ResourceLoading.With();
        if (from.Offset < feed.Floor || from.Offset > feed.Head) return ErrorCodes.CursorExpired.With();

        var upTo = Math.Min(feed.Head, from.Offset + MaxOffsets);
        var reading = new Reading(limit);
        if (from.Offset < feed.LoadEnd)
        {
            var end = Math.Min(upTo, feed.LoadEnd);
            var values = SqlValues.Settings();
            var sql = ChangesSql.Loaded(plan, values, from.Offset, end, limit);
            await SetAsync(connection, values, cancellation);
            await reading.TakeAsync(connection, sql, plan.Columns.Count, database, cancellation);
        }

        if (!reading.IsFull && upTo > feed.LoadEnd)
        {
            var start = Math.Max(from.Offset, feed.LoadEnd);
            var values = SqlValues.Settings();
            var sql = ChangesSql.Fed(plan, values, start, upTo, limit - reading.Changes.Count, suppress: from.Base >= feed.LoadEnd);
            await SetAsync(connection, values, cancellation);
            await reading.TakeAsync(connection, sql, plan.Columns.Count, database, cancellation);
        }

        var next = reading.IsFull ? reading.Last : upTo;
        return new ChangesPage(reading.Changes, new ChangesCursor(next, from.Base), feed.Head);
    }

    /// <summary>Limits the time of what follows in the transaction, and asks where the feed stands.</summary>
    private static async Task<FeedState?> StateAsync(NpgsqlConnection connection, GrantPlan plan, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(RecordsSql.StatementTimeout) { Parameters = { new NpgsqlParameter<string> { TypedValue = $"{Timeout.TotalSeconds}s" } } },
                new(RecordsSql.FeedHead) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = plan.ResourceId } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? FeedState.Read(reader) : null;
    }

    private static async Task SetAsync(NpgsqlConnection connection, SqlValues values, CancellationToken cancellation)
    {
        if (values.Count == 0) return;
        await using var batch = new NpgsqlBatch(connection);
        values.Set(batch);
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private sealed class Reading(int limit)
    {
        private long _bytes;

        public List<Change> Changes { get; } = [];

        public long Last { get; private set; }

        public bool IsFull => Changes.Count >= limit || _bytes >= MaxBytes;

        public async Task TakeAsync(NpgsqlConnection connection, string sql, int columns, GatewayDatabase database, CancellationToken cancellation)
        {
            await using var copy = await CopyOut.BeginAsync(connection, sql, database, cancellation);
            using var tuples = new TupleStream(copy.Stream, columns + ChangesSql.Lead);
            while (true)
            {
                Take(tuples);
                if (tuples.Ended) copy.Complete();
                if (tuples.Ended || IsFull) return;
                await tuples.ReadAsync(cancellation);
            }
        }

        private void Take(TupleStream tuples)
        {
            Span<FieldSlice> places = stackalloc FieldSlice[tuples.Fields];
            while (!IsFull && tuples.TryNext(places, out var tuple))
            {
                Last = RowValue.Int64(tuple.Slice(places[0].Offset, places[0].Length));
                _bytes += tuple.Length;
                Changes.Add(new Change(RowValue.Text(tuple.Slice(places[1].Offset, places[1].Length)), WithoutOffset(tuple, places)));
            }
        }

        // The offset is the exchange's own: gaps in it would tell of changes that the grant hides.
        private static RecordTuple WithoutOffset(ReadOnlySpan<byte> tuple, ReadOnlySpan<FieldSlice> places)
        {
            const int OffsetField = 12;
            var bytes = new byte[tuple.Length - OffsetField];
            BinaryPrimitives.WriteInt16BigEndian(bytes, checked((short)(places.Length - 1)));
            tuple[(2 + OffsetField)..].CopyTo(bytes.AsSpan(2));
            var moved = new FieldSlice[places.Length - 1];
            for (var i = 0; i < moved.Length; i++) moved[i] = new FieldSlice(places[i + 1].Offset - OffsetField, places[i + 1].Length);
            return new RecordTuple(bytes, moved);
        }
    }
}
