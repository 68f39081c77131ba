using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Records.Formats;
using Exchange.Records.Proof;
using Npgsql;

namespace Exchange.Catalog.Quarantine;

/// <summary>What the work on a resource's quarantine stands on: its stream, locked, and the version that records are checked against.</summary>
internal sealed record QuarantineWork(StreamPlace Place, IngestTarget Target);

/// <summary>The steps that all work on the quarantine shares, inside the caller's transaction.</summary>
internal static class QuarantineDesk
{
    internal sealed record Found(string Publisher, Guid? Stream, string Fingerprint);

    /// <summary>Finds the resource and locks its stream, as the ingest does.</summary>
    /// <param name="publisher">Who must own the resource; null for anyone.</param>
    public static async Task<Result<QuarantineWork>> OpenAsync(IngestConnection connection, string resource, string? publisher, CancellationToken cancellation)
    {
        var found = (await connection.Connection.ListAsync(
            QuarantineSql.FindResource, r => new Found(r.GetString(0), r.IsDBNull(1) ? null : r.GetGuid(1), r.GetString(2)), cancellation, resource)).SingleOrDefault();
        if (found is null) return ErrorCodes.ResourceUnknown.With(("resource", resource));
        if (publisher is not null && found.Publisher != publisher) return ErrorCodes.ResourceOfAnother.With(("resource", resource));
        if (found.Stream is not { } stream) return ErrorCodes.QuarantineUnknown.With();
        var place = await BatchIngest.LockAsync(connection.Connection, new StreamId(stream), cancellation);
        var target = await connection.TargetAsync(place!, found.Fingerprint, cancellation);
        return new QuarantineWork(place!, target!);
    }

    /// <summary>Writes checked records as one run of changes by the ingest's own way, and moves the feed.</summary>
    /// <returns>The feed's head afterwards.</returns>
    public static async Task<long> WriteAsync(IngestConnection connection, QuarantineWork work, byte[] body, int rows, DateTimeOffset now, CancellationToken cancellation)
    {
        var (place, target) = (work.Place, work.Target);
        var header = new BatchHeader(
            place.Stream, place.Resource, 0, place.Epoch, place.Sequence, BatchKind.Changes, target.Schema.Fingerprint, place.Position ?? "", rows,
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body)));
        var check = CheckedBatch.Check(new RecordBatch(header, body), target.Validator);
        // A released run has no threshold: a refusal here is a bug, and reading the value says so.
        var written = (await BatchWriting.WriteAsync(connection, target, place, check.Value, BatchPolicy.Released, now, cancellation)).Value;
        await connection.Connection.ExecuteAsync(
            QuarantineSql.MoveFeed, cancellation, place.Resource.Value, written.Feed.Head, place.Stream.Value, (long)rows);
        return written.Feed.Head;
    }

    /// <summary>Whether what the store has for the key lets the record be written.</summary>
    public static async Task<Error?> OverwritesAsync(
        NpgsqlConnection connection, QuarantineWork work, QuarantinedRecord record, byte[] key, CancellationToken cancellation)
    {
        Column[] columns = [.. work.Target.Schema.Keys.Select(Column.Of)];
        object?[] values = [.. ProofKey.Texts(columns, key)!];
        var stored = await connection.ScalarAsync<long?>(QuarantineSql.OffsetOfKey(work.Target.Name, work.Target.Schema), cancellation, values);
        return QuarantineRules.Overwrites(record.Key is { } own && own.AsSpan().SequenceEqual(key), stored, record.BatchEnd);
    }

    public static Task<int> AddActionAsync(
        NpgsqlConnection connection, long[] records, string action, string outcome, string[] fields, string? reason, string requestedBy, DateTimeOffset now, CancellationToken cancellation) =>
        connection.ExecuteAsync(QuarantineSql.AddAction, cancellation, records, action, outcome, fields, SqlValue.Text(reason), requestedBy, now);

    /// <summary>Tells those who wait for changes. The sequence is the stream's own: an adapter finds nothing new in it.</summary>
    public static BatchCommitted Announcement(StreamPlace place, long head) =>
        new(place.Stream, place.Resource, place.Epoch, place.Sequence, place.Position ?? "", head, 0, 0);
}
