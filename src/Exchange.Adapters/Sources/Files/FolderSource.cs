using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;
using Exchange.Records.Formats;
using Exchange.Records.Rows;

namespace Exchange.Adapters.Sources.Files;

/// <summary>Publishes the files of a folder, oldest first, each as one whole snapshot. Reads only: what is published is remembered in the position.</summary>
internal sealed class FolderSource(FolderModel model, IFileFormat format, SourceContext context) : IRecordSource
{
    private const int LinesNamed = 20;
    private const int ChunkBytes = 256 * 1024;

    private readonly WatchedFolder _folder = new(model, context.Time, context.Logger);
    private readonly Dictionary<string, (FileIdentity Identity, string Content)> _known = new(StringComparer.Ordinal);

    public async IAsyncEnumerable<SourceItem> ReadAsync(CommittedPosition from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var position = FolderPosition.Parse(from);
        while (true)
        {
            foreach (var ready in _folder.Look())
            {
                if (_known.TryGetValue(ready.Name, out var known) && known.Identity == ready.Identity && position.Holds(known.Content)) continue;
                foreach (var item in Publish(ready, position, cancellation))
                {
                    if (item is SourceBatch batch) position = FolderPosition.Parse(new CommittedPosition(batch.Position, false));
                    yield return item;
                    if (item is SourceProblem) yield break;
                }
            }

            yield return new SourceIdle(context.Time.GetUtcNow() + model.Interval);
            await _folder.WaitAsync(cancellation);
        }
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }

    private IEnumerable<SourceItem> Publish(ReadyFile ready, FolderPosition position, CancellationToken cancellation)
    {
        // A file that is gone by now is no trouble: there is nothing of it to publish.
        using var file = RegularFile.TryOpen(ready.Path);
        if (file is null || RegularFile.IdentityOf(file) != ready.Identity) yield break;
        var examination = format.Examine();
        var hashed = Hash(file, examination, cancellation);
        if (!hashed.IsError && position.Holds(hashed.Value))
        {
            _known[ready.Name] = (ready.Identity, hashed.Value);
            yield return new SourceNotice(ErrorCodes.FileKnown.With(("file", ready.Name)));
            yield break;
        }

        var opened = hashed.IsError ? hashed.Error : examination.Open(file, cancellation);
        if (opened.IsError)
        {
            yield return new SourceProblem(opened.Error, ready.Name);
            yield break;
        }

        using var records = opened.Value;
        _known[ready.Name] = (ready.Identity, hashed.Value);
        var running = position.Within(ready.Name).Write();
        yield return SourceBatch.Marker(BatchKind.SnapshotStart, running, 0);
        foreach (var notice in records.Notices) yield return new SourceNotice(notice);
        foreach (var item in Rows(records, running, ready.Name, () => RegularFile.IdentityOf(file) != ready.Identity, cancellation)) yield return item;
        // What was written to meanwhile was no complete file: without its end, a snapshot deletes nothing.
        if (RegularFile.IdentityOf(file) != ready.Identity) yield return new SourceNotice(ErrorCodes.FileChanged.With(("file", ready.Name)));
        else yield return SourceBatch.Marker(BatchKind.SnapshotEnd, position.With(hashed.Value, ready.Name).Write(), 1);
    }

    private IEnumerable<SourceItem> Rows(FileRecords records, string position, string name, Func<bool> isChanged, CancellationToken cancellation)
    {
        var buffer = new RowBuffer(context.Limits.Rows, context.Limits.Bytes);
        var output = new RowWriter(buffer) { Source = name };
        var lines = new RowLinesWriter(name);
        var bad = new List<long>();
        var badRows = 0L;
        for (var read = 1L; read <= records.Count; read++)
        {
            var outcome = records.Read(output);
            if (outcome == CsvRowOutcome.End)
            {
                if (isChanged()) yield break;
                throw new InvalidDataException($"The file {name} ends before record {read} of {records.Count}.");
            }

            buffer.EndRow();
            lines.Add(records.Line);
            if (outcome == CsvRowOutcome.BadRow && badRows++ < LinesNamed) bad.Add(records.Line);
            if (!buffer.TryTake(out var run)) continue;
            cancellation.ThrowIfCancellationRequested();
            yield return SourceBatch.Of(BatchKind.Rows, position, run, (double)read / records.Count, lines.Take());
        }

        var rest = buffer.TakeRest();
        if (rest.Rows > 0) yield return SourceBatch.Of(BatchKind.Rows, position, rest, 1, lines.Take());
        if (badRows > 0) yield return new SourceNotice(ErrorCodes.RowsUnconvertible.With(("file", name), ("count", badRows), ("lines", string.Join(", ", bad))));
    }

    /// <summary>The file's content for the position, or why the examination stopped.</summary>
    private static Result<string> Hash(FileStream file, IFileExamination examination, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[ChunkBytes];
        file.Position = 0;
        for (var read = file.Read(chunk); read > 0; read = file.Read(chunk))
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(chunk.AsSpan(0, read));
            if (examination.Add(chunk.AsSpan(0, read)) is { } error) return error;
        }

        return FolderPosition.ContentOf(hash.GetHashAndReset());
    }
}
