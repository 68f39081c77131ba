using System.IO.Compression;
using System.Xml;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>
/// Reads a zip package through before a workbook reader trusts it: counts what its parts really expand to, and refuses bombs, document type definitions and macros.
/// </summary>
internal static class PackageScan
{
    public const int MostEntries = 1000;
    public const long MostBytes = 512L << 20;
    public const int MostRatio = 100;

    /// <summary>A package that expands to less than this is harmless at any ratio.</summary>
    private const long SmallBytes = 1 << 20;

    /// <returns>By sheet name, the cells that have no value.</returns>
    /// <exception cref="InvalidDataException">It is no sound package.</exception>
    public static Result<Dictionary<string, CellMarks>> Run(FileStream file, CancellationToken cancellation)
    {
        file.Position = 0;
        using var package = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        if (package.Entries.Count > MostEntries) return Refused($"it has more than {MostEntries} parts", $"包内部件超过 {MostEntries} 个");
        var budget = new Budget(file.Length, cancellation);
        var parts = new PackageParts();
        foreach (var entry in package.Entries)
        {
            if (IsMacro(entry.FullName)) return Refused("it holds macros; save it as XLSX", "文件含有宏，请另存为 XLSX");
            using var part = new CountedStream(entry.Open(), budget);
            try
            {
                if (IsXml(entry.FullName)) parts.Read(entry.FullName, part);
                else part.CopyTo(Stream.Null);
            }
            catch (BudgetExceededException e)
            {
                return e.Error;
            }
            catch (XmlException e) when (e.Message.Contains("DTD", StringComparison.Ordinal))
            {
                return Refused($"its part {entry.FullName} has a document type definition", $"部件 {entry.FullName} 含有文档类型定义（DTD）");
            }
        }

        return parts.Conclude();
    }

    private static bool IsXml(string name) => name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase);

    private static bool IsMacro(string name) =>
        name.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase) || name.StartsWith("xl/macrosheets/", StringComparison.OrdinalIgnoreCase);

    private static Error Refused(string reason, string reasonZh) => ErrorCodes.WorkbookRefused.With(("reason", reason), ("reason:zh", reasonZh));

    /// <summary>What all parts together may still expand to.</summary>
    private sealed class Budget(long packed, CancellationToken cancellation)
    {
        private long _expanded;

        public void Spend(int bytes)
        {
            cancellation.ThrowIfCancellationRequested();
            _expanded += bytes;
            if (_expanded > MostBytes) throw new BudgetExceededException(Refused($"it expands to more than {MostBytes >> 20} MB", $"解压后超过 {MostBytes >> 20} MB"));
            if (_expanded > SmallBytes && _expanded > packed * MostRatio)
                throw new BudgetExceededException(Refused($"it expands to more than {MostRatio} times its size", $"解压后超过原大小的 {MostRatio} 倍"));
        }
    }

    /// <summary>Ends the reading of a part from inside the stream that a reader pulls.</summary>
    private sealed class BudgetExceededException(Error error) : Exception(error.ToString())
    {
        public Error Error { get; } = error;
    }

    private sealed class CountedStream(Stream inner, Budget budget) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            budget.Spend(read);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // Nothing is written.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
