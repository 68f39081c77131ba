using System.Security.Cryptography;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;

namespace Exchange.Gateway.Publishing;

/// <summary>The batches of a publication, read from its spooled body when they are asked for.</summary>
internal static class PublicationBatches
{
    /// <summary>Those that are not committed yet, in order.</summary>
    public static IEnumerable<RecordBatch> Of(PublicationJob job, StreamOpened stream, Publication publication, PublishingOptions limits)
    {
        var number = 0;
        foreach (var part in Parts(job, limits))
        {
            number++;
            if (number <= publication.Committed) continue;
            // Only what is sent is copied and hashed.
            var body = part.Body.ToArray();
            yield return new RecordBatch(
                new BatchHeader(
                    stream.Stream,
                    stream.Resource,
                    stream.Partition,
                    stream.Epoch,
                    stream.NextSequence + number - publication.Committed - 1,
                    part.Kind,
                    publication.Fingerprint,
                    new StreamPosition(publication.Id, number, publication.Batches).ToString(),
                    part.Rows,
                    Convert.ToHexStringLower(SHA256.HashData(body))),
                body);
        }
    }

    private static IEnumerable<(BatchKind Kind, ReadOnlyMemory<byte> Body, int Rows)> Parts(PublicationJob job, PublishingOptions limits)
    {
        var isSnapshot = job.Request.Mode == PublishMode.Snapshot;
        using var body = job.Body.Spool.OpenRead();
        using var rows = new PublicationRows(body, job.Request, job.Target.Validator, limits);
        if (isSnapshot) yield return (BatchKind.SnapshotStart, default, 0);
        while (rows.ReadBatch()) yield return (isSnapshot ? BatchKind.Rows : BatchKind.Changes, rows.Body, rows.RowCount);
        if (isSnapshot) yield return (BatchKind.SnapshotEnd, default, 0);
    }
}
