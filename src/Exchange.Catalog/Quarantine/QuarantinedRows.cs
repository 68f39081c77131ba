using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Contracts.Records;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using Npgsql;

namespace Exchange.Catalog.Quarantine;

/// <summary>
/// Sets bad rows aside with their reasons, in the transaction that stores the good ones; and lets newer rows of a key overtake the ones that wait for it.
/// </summary>
internal static class QuarantinedRows
{
    private const string Open = "open";
    private const string Overtaken = "overtaken";

    /// <summary>
    /// Whatever of the batch's keys waits in quarantine is older than this batch. Of a first load only the bad rows need be looked for: each good one takes an offset, by which a
    /// release finds that it is newer.
    /// </summary>
    /// <param name="hasOpenKeys">The answer to <see cref="QuarantineSql.HasOpenKeys"/> in this transaction; null where it is still to be asked.</param>
    public static async Task OvertakeAsync(
        NpgsqlConnection connection, IngestTarget target, CheckedBatch batch, bool isLoading, bool? hasOpenKeys, DateTimeOffset now, CancellationToken cancellation)
    {
        var header = batch.Batch.Header;
        if (header.Kind == BatchKind.SnapshotEnd)
            await connection.ExecuteAsync(QuarantineSql.OvertakeBeforeSnapshot, cancellation, header.Stream.Value, now);
        if ((isLoading ? batch.Bad.Count : batch.RowCount) == 0) return;
        if (!(hasOpenKeys ?? await connection.ScalarAsync<bool>(QuarantineSql.HasOpenKeys, cancellation, header.Resource.Value))) return;

        var keys = new KeyReading(target.Schema, batch);
        var arrived = batch.Bad.Select(b => keys.Of(b)).OfType<byte[]>().ToList();
        if (!isLoading)
        {
            foreach (var row in batch.Good) arrived.Add(keys.Of(row));
        }

        await connection.ExecuteAsync(QuarantineSql.OvertakeKeys, cancellation, header.Resource.Value, arrived.ToArray(), now);
    }

    public static async Task AddAsync(NpgsqlConnection connection, IngestTarget target, CheckedBatch batch, DateTimeOffset now, CancellationToken cancellation)
    {
        if (batch.Bad.Count == 0) return;
        var (header, body) = (batch.Batch.Header, batch.Batch.Body);
        var keys = new KeyReading(target.Schema, batch);
        var bad = batch.Bad.Select(b => (b.Place, b.Reasons, Key: keys.Of(b))).ToList();
        var last = LastPlaces(batch, keys, bad.Select(b => (b.Key, b.Place.Number)));
        await connection.ExecuteAsync(
            QuarantineSql.SetAside,
            cancellation,
            header.Resource.Value,
            header.Stream.Value,
            header.Sequence,
            target.Version,
            now,
            bad.Select(b => b.Place.Number).ToArray(),
            bad.Select(b => body.Slice(b.Place.Start, b.Place.Length).ToArray()).ToArray(),
            bad.Select(b => b.Reasons).ToArray(),
            bad.Select(b => b.Key).ToArray(),
            bad.Select(b => b.Key is { } key && last[key] > b.Place.Number ? Overtaken : Open).ToArray());
    }

    /// <summary>The last place of each bad row's key in the batch.</summary>
    private static Dictionary<byte[], int> LastPlaces(CheckedBatch batch, KeyReading keys, IEnumerable<(byte[]? Key, int Place)> bad)
    {
        var last = new Dictionary<byte[], int>(KeyBytes.Comparer);
        foreach (var (key, place) in bad)
        {
            if (key is not null) last[key] = Math.Max(place, last.GetValueOrDefault(key));
        }

        foreach (var row in batch.Good)
        {
            var key = keys.Of(row);
            if (last.TryGetValue(key, out var place)) last[key] = Math.Max(place, row.Number);
        }

        return last;
    }

    /// <summary>Reads the keys of a batch's rows in their canonical form.</summary>
    private sealed class KeyReading(ResourceSchema schema, CheckedBatch batch)
    {
        private readonly RowDigester _digester = RowDigester.For(schema);
        private readonly RowValidator _validator = RowValidator.Compile(schema);
        private readonly bool _isChange = batch.Batch.Header.Kind == BatchKind.Changes;
        private readonly FieldSlice[] _fields = new FieldSlice[schema.Fields.Count + (batch.Batch.Header.Kind == BatchKind.Changes ? 1 : 0)];

        public byte[] Of(RowPlace row)
        {
            var tuple = batch.Batch.Body.Span.Slice(row.Start, row.Length);
            var reader = new RowReader(tuple);
            if (!reader.ReadRow(_fields)) throw new InvalidOperationException("The row was read before.");
            return _digester.Key(tuple, Own).ToArray();
        }

        /// <summary>Null where the key cannot be read.</summary>
        public byte[]? Of(BadRow row)
        {
            // A row that only the store found to be bad has a key like any other; its slices are not kept.
            if (row.Key is null) return IsSound(row.Place) ? Of(row.Place) : null;
            for (var i = 0; i < row.Key.Length; i++) _fields[schema.Keys[i].Ordinal + (_isChange ? 1 : 0)] = row.Key[i];
            return _digester.Key(batch.Batch.Body.Span, Own).ToArray();
        }

        private ReadOnlySpan<FieldSlice> Own => _fields.AsSpan(_isChange ? 1 : 0);

        private bool IsSound(RowPlace row)
        {
            var tuple = batch.Batch.Body.Span.Slice(row.Start, row.Length);
            var sound = _isChange ? _validator.CheckChange(tuple, 0, [], out _, out _) : _validator.Check(tuple, 0, [], out _);
            return sound is { IsError: false, Value: true };
        }
    }
}
