using System.Buffers;
using System.Security.Cryptography;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Proof;

/// <summary>
/// Sends the keys that differ again, as changes of the resource's own stream: rows that the source has as upserts, keys that it no longer has as deletes. The stream
/// is opened for that, which ends an adapter that runs; its position stays where it is, so that the adapter goes on from there.
/// </summary>
internal sealed class SourceRepair(PublishingAdapter adapter, PublishingEnvironment environment, ResourceSchema schema)
{
    private const int BatchRows = 1_000;
    private static readonly TimeSpan CommitDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <returns>What still differs afterwards.</returns>
    public async Task<Result<List<KeyDifference>>> RunAsync(SourceKeys keys, IReadOnlyList<KeyDifference> differences, CancellationToken cancellation)
    {
        var opened = await new StreamOpener(environment.Control).OpenAsync(
            adapter.Resource.Name, adapter.Name, adapter.Resource.Publisher, schema.Fingerprint, StreamWatch.Deadline, cancellation);
        if (opened.IsError) return opened.Error;
        var stream = opened.Value;
        if (stream.Position is null) return ErrorCodes.NothingPublished.With();

        var sequence = stream.NextSequence;
        foreach (var portion in differences.Select(d => d.Key).Chunk(SourceKeys.Portion))
        {
            // Read after the stream was opened: nobody publishes anything newer now.
            var rows = await keys.ReadAsync(portion, cancellation);
            if (rows.IsError) return rows.Error;
            foreach (var part in portion.Chunk(BatchRows))
                await PublishAsync(Batch(stream, sequence++, Write(part, rows.Value)), cancellation);
            if (await CommittedAsync(stream, sequence - 1, cancellation) is { } error) return error;
        }

        return await keys.CompareAsync(differences.Select(d => d.Key), cancellation);
    }

    private RecordBatch Batch(StreamOpened stream, long sequence, (byte[] Body, int Rows) changes) => new(
        new BatchHeader(
            stream.Stream, stream.Resource, stream.Partition, stream.Epoch, sequence, BatchKind.Changes, schema.Fingerprint, stream.Position!, changes.Rows,
            Convert.ToHexStringLower(SHA256.HashData(changes.Body))),
        changes.Body);

    /// <summary>A row that breaks its schema is left alone: it is in quarantine already.</summary>
    private (byte[] Body, int Rows) Write(byte[][] keys, Dictionary<byte[], SourceRow> found)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(output);
        var rows = 0;
        foreach (var key in keys)
        {
            if (found.TryGetValue(key, out var row) && row.Tuple is null) continue;
            writer.StartRow(schema.Fields.Count + 1);
            writer.WriteRaw(row is null ? "D"u8 : "U"u8);
            // The tuple's fields as they are, without their count.
            if (row is not null) output.Write(row.Tuple.AsSpan(2));
            else WriteKey(writer, key);
            rows++;
        }

        return (output.WrittenSpan.ToArray(), rows);
    }

    private void WriteKey(RowWriter writer, byte[] key)
    {
        var values = ProofKey.Values(schema.Keys.Count, key).GetEnumerator();
        foreach (var field in schema.Fields)
        {
            if (!field.IsKey) writer.WriteNull();
            else if (values.MoveNext()) writer.WriteRaw(values.Current);
        }
    }

    /// <summary>Publishes until the broker has taken it; a batch that arrives twice has effect once.</summary>
    private async Task PublishAsync(RecordBatch batch, CancellationToken cancellation)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(5));
        while (true)
        {
            try
            {
                await environment.Records.PublishAsync(batch, cancellation);
                return;
            }
            catch (TransportUnavailableException e)
            {
                environment.Logger.LogWarning(e, "Adapter {Adapter}: batch {Sequence} is not confirmed; it is sent again", adapter.Name, batch.Header.Sequence);
                await Task.Delay(backoff.Next(), environment.Time, cancellation);
            }
        }
    }

    private async Task<Error?> CommittedAsync(StreamOpened stream, long sequence, CancellationToken cancellation)
    {
        var begun = environment.Time.GetTimestamp();
        while (environment.Time.GetElapsedTime(begun) < CommitDeadline)
        {
            var status = await environment.Control.RequestAsync<GetStreamStatus, StreamStatus>(new GetStreamStatus(stream.Stream), StreamWatch.Deadline, cancellation);
            if (status.IsError) return status.Error;
            if (status.Value.CommittedSequence >= sequence) return null;
            if (status.Value.Epoch > stream.Epoch) return ErrorCodes.StreamFenced.With(("epoch", status.Value.Epoch));
            if (status.Value.State == "held") return ErrorCodes.StreamHeld.With(("reason", $"{status.Value.HeldCode}: {status.Value.HeldReason}"));
            await Task.Delay(Poll, environment.Time, cancellation);
        }

        return ErrorCodes.RepairUnconfirmed.With();
    }
}
