using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Files;

/// <summary>What a look at one file of the folder gave.</summary>
/// <param name="Form">What it was found to be, in Chinese and English.</param>
/// <param name="Problem">Why it cannot be published as the settings are, or null.</param>
/// <param name="Readings">Where its encoding is not proved: how each encoding that could be meant reads it.</param>
internal sealed record FileFinding(string Name, long Records, (string Zh, string En) Form, Error? Problem, IReadOnlyList<EncodingReading> Readings);

/// <summary>Reads the newest files of a folder as the source would, without publishing anything.</summary>
internal static class FolderCheck
{
    public const int FilesRead = 5;
    private const int LinesShown = 3;
    private const int ChunkBytes = 256 * 1024;

    /// <returns>Oldest first; files that are no regular files or cannot be opened are told too.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static IEnumerable<FileFinding> Run(FolderModel folder, IFileFormat format, CancellationToken cancellation)
    {
        foreach (var name in WatchedFolder.Newest(folder, FilesRead)) yield return Read(Path.Combine(folder.Path, name), format, cancellation);
    }

    private static FileFinding Read(string path, IFileFormat format, CancellationToken cancellation)
    {
        var name = Path.GetFileName(path);
        try
        {
            using var file = RegularFile.Open(path);
            var opened = Open(file, format, cancellation);
            if (opened.IsError) return new FileFinding(name, 0, ("", ""), opened.Error, opened.Error.Code == ErrorCodes.EncodingUnproven ? Readings(file) : []);
            using var records = opened.Value;
            return new FileFinding(name, records.Count, records.Form, null, []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FileFinding(name, 0, ("", ""), ErrorCodes.SourceUnavailable.With(("reason", e.Message)), []);
        }
    }

    private static Result<FileRecords> Open(FileStream file, IFileFormat format, CancellationToken cancellation)
    {
        var examination = format.Examine();
        var chunk = new byte[ChunkBytes];
        for (var read = file.Read(chunk); read > 0; read = file.Read(chunk))
            if (examination.Add(chunk.AsSpan(0, read)) is { } error) return error;
        return examination.Open(file, cancellation);
    }

    /// <summary>From the first line that is not plain ASCII: the top of a file may say nothing.</summary>
    private static IReadOnlyList<EncodingReading> Readings(FileStream file)
    {
        var chunk = new byte[ChunkBytes];
        file.Position = 0;
        for (var read = file.Read(chunk); read > 0; read = file.Read(chunk))
        {
            var bytes = chunk.AsSpan(0, read);
            var first = bytes.IndexOfAnyExceptInRange((byte)1, (byte)0x7F);
            if (first < 0) continue;
            // Text of two bytes a character is read from its start, so that the pairs stay together.
            var start = bytes[..first].LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
            return EncodingReadings.Of(bytes.Contains((byte)0) ? bytes : bytes[start..], int.MaxValue, LinesShown);
        }

        return [];
    }
}
