using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Contracts.Errors;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Records.Validation;
using Npgsql;

namespace Exchange.Catalog.Quarantine;

/// <summary>What the end of a first load found.</summary>
/// <param name="Count">Rows of a key that an earlier row has.</param>
/// <param name="Stored">All rows of the table, these among them.</param>
internal sealed record RepeatedCount(int Count, int Stored);

/// <summary>
/// Takes the rows of a first load whose key an earlier row has out of the store and sets them aside, each at the place in its batch at which it came. Of several for a key the last waits for people, and
/// none where something newer of the key waits already.
/// </summary>
internal static class RepeatedRows
{
    private const int PageRows = 5_000;

    /// <summary>Collects them for <see cref="SetAsideAsync"/>, in the same transaction.</summary>
    public static async Task<RepeatedCount> FindAsync(IngestConnection connection, IngestTarget target, StreamPlace place, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(RepeatedRowsSql.Create(target.Schema), cancellation);
        var count = await connection.CountAsync(RepeatedRowsSql.Collect(target.Name, target.Schema), cancellation, place.Stream.Value);
        var stored = await connection.CountAsync(target.Merge.CountRows, cancellation);
        return new RepeatedCount((int)Math.Min(count, int.MaxValue), (int)Math.Min(stored, int.MaxValue));
    }

    public static async Task SetAsideAsync(IngestConnection connection, IngestTarget target, StreamPlace place, DateTimeOffset now, CancellationToken cancellation)
    {
        var reasons = CheckedBatch.WriteReasons([new Violation(0, null, ErrorCodes.KeyDuplicate, null, IsWarning: false)], source: null);
        for (var after = 0L; await PageAsync(connection.Connection, target, after, cancellation) is { Count: > 0 } page; after = page[^1].Number)
        {
            await connection.Connection.ExecuteAsync(
                RepeatedRowsSql.SetAside,
                cancellation,
                place.Resource.Value,
                place.Stream.Value,
                target.Version,
                SqlValue.Json(reasons),
                now,
                page.Select(r => r.Number).ToArray(),
                page.Select(r => r.Row).ToArray(),
                page.Select(r => r.Key).ToArray());
        }

        await connection.Connection.ExecuteAsync(RepeatedRowsSql.OvertakeOlder, cancellation, place.Resource.Value, now);
        await connection.ExecuteAsync(RepeatedRowsSql.Delete(target.Name), cancellation);
    }

    private static async Task<List<(long Number, byte[] Row, byte[] Key)>> PageAsync(NpgsqlConnection connection, IngestTarget target, long after, CancellationToken cancellation)
    {
        var page = new List<(long, byte[], byte[])>();
        var digester = RowDigester.For(target.Schema);
        await using var copy = await connection.BeginRawBinaryCopyAsync(RepeatedRowsSql.CopyPage(target.Schema, after, PageRows), cancellation);
        using var tuples = new TupleStream(copy, target.Schema.Fields.Count + 1);
        while (true)
        {
            TakeAll(tuples, digester, page);
            if (tuples.Ended) return page;
            await tuples.ReadAsync(cancellation);
        }
    }

    /// <summary>The number behind the fields is taken off: what is left is the tuple as it came.</summary>
    private static void TakeAll(TupleStream tuples, RowDigester digester, List<(long Number, byte[] Row, byte[] Key)> page)
    {
        Span<FieldSlice> fields = stackalloc FieldSlice[tuples.Fields];
        while (tuples.TryNext(fields, out var tuple))
        {
            var number = RowValue.Int64(tuple.Slice(fields[^1].Offset, fields[^1].Length));
            page.Add((number, RowAppend.WithoutInt64(tuple), digester.Key(tuple, fields[..^1]).ToArray()));
        }
    }
}
