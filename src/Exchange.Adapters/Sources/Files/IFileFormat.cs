using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Rows;

namespace Exchange.Adapters.Sources.Files;

/// <summary>How the files of a folder are understood. A file is one snapshot, so what makes it unreadable has to be known before anything of it is published.</summary>
internal interface IFileFormat
{
    /// <summary>Begins to look at a file.</summary>
    IFileExamination Examine();
}

/// <summary>Looks at one file, first at all its bytes.</summary>
internal interface IFileExamination
{
    /// <summary>Takes the next bytes of the file.</summary>
    /// <returns>Why the file need not be read on, or null.</returns>
    Error? Add(ReadOnlySpan<byte> bytes);

    /// <summary>After the last byte: reads the file through once. Fails where it cannot be understood, or is not to be trusted.</summary>
    Result<FileRecords> Open(FileStream file, CancellationToken cancellation);
}

/// <summary>The records of a file that was read through, to be read again. Uses the file it was opened from, without closing it.</summary>
internal abstract class FileRecords : IDisposable
{
    /// <summary>Records that are data.</summary>
    public long Count { get; protected init; }

    /// <summary>Line of the file, or row of the sheet, where the record that was read last begins; from 1.</summary>
    public abstract long Line { get; }

    /// <summary>What the file was found to be, in Chinese and English, such as its encoding.</summary>
    public abstract (string Zh, string En) Form { get; }

    /// <summary>What is worth saying of the file, such as rows that are passed over.</summary>
    public IReadOnlyList<Error> Notices { get; protected init; } = [];

    /// <summary>Writes the next record as one tuple. <see cref="CsvRowOutcome.End"/> where the file is not what it was when it was opened.</summary>
    public abstract CsvRowOutcome Read(RowWriter output);

    public abstract void Dispose();
}
