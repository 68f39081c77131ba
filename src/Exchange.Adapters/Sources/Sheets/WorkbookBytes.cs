using System.Text;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>What a workbook is by its first bytes; its name says nothing.</summary>
internal enum WorkbookKind
{
    /// <summary>XLSX: a zip package of XML parts.</summary>
    Package,

    /// <summary>XLS: a compound document.</summary>
    Compound,
}

/// <summary>Looks at a workbook's bytes as they pass by, before any of it is interpreted.</summary>
internal sealed class WorkbookBytes
{
    private const long MostBytes = 512L << 20;
    private const int HeadBytes = 8;

    private static readonly byte[] Compound = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    private static readonly byte[] Encrypted = Encoding.Unicode.GetBytes("EncryptedPackage");
    private static readonly byte[] Macros = Encoding.Unicode.GetBytes("_VBA_PROJECT_CUR");

    private readonly List<byte> _head = new(HeadBytes);
    private byte[] _tail = [];
    private long _bytes;
    private bool _isEncrypted;
    private bool _hasMacros;

    public Error? Add(ReadOnlySpan<byte> bytes)
    {
        _bytes += bytes.Length;
        if (_bytes > MostBytes) return Refused($"it is larger than {MostBytes >> 20} MB", $"文件大于 {MostBytes >> 20} MB");
        _head.AddRange(bytes[..Math.Min(bytes.Length, HeadBytes - _head.Count)]);
        // Names of streams may lie across two chunks.
        byte[] joined = [.. _tail, .. bytes[..Math.Min(bytes.Length, Encrypted.Length)]];
        Look(joined);
        Look(bytes);
        _tail = [.. bytes[Math.Max(0, bytes.Length - Encrypted.Length)..]];
        return null;
    }

    public Result<WorkbookKind> Conclude()
    {
        byte[] head = [.. _head];
        if (head is [(byte)'P', (byte)'K', ..]) return WorkbookKind.Package;
        if (head.AsSpan().SequenceEqual(Compound))
        {
            if (_isEncrypted) return ErrorCodes.WorkbookProtected.With();
            return _hasMacros ? Refused("it holds macros; save it as XLSX", "文件含有宏，请另存为 XLSX") : WorkbookKind.Compound;
        }

        return Encoding.UTF8.GetString(head).TrimStart('\uFEFF', ' ', '\r', '\n', '\t') is ['<', ..]
            ? Corrupt("it is a web page or XML under an Excel name; save it as XLSX", "它是以 Excel 命名的网页或 XML，请另存为 XLSX")
            : Corrupt("it is neither XLSX nor XLS", "它既不是 XLSX 也不是 XLS");
    }

    private void Look(ReadOnlySpan<byte> bytes)
    {
        _isEncrypted |= bytes.IndexOf(Encrypted) >= 0;
        _hasMacros |= bytes.IndexOf(Macros) >= 0;
    }

    private static Error Refused(string reason, string reasonZh) => ErrorCodes.WorkbookRefused.With(("reason", reason), ("reason:zh", reasonZh));

    private static Error Corrupt(string reason, string reasonZh) => ErrorCodes.WorkbookCorrupt.With(("reason", reason), ("reason:zh", reasonZh));
}
