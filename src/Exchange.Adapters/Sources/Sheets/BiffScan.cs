using System.Buffers.Binary;
using System.Text;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>Finds the cells of an XLS workbook that show errors: its reader gives them as empty, and a value must not vanish.</summary>
internal static class BiffScan
{
    private const int BeginOf = 0x0809;
    private const int EndOf = 0x000A;
    private const int BoundSheet = 0x0085;
    private const int CodePage = 0x0042;
    private const int BooleanOrError = 0x0205;
    private const int Formula = 0x0006;
    private const int Biff8 = 0x0600;

    /// <returns>By sheet name, the cells that have no value.</returns>
    /// <exception cref="InvalidDataException">The workbook is damaged.</exception>
    public static Dictionary<string, CellMarks> Run(FileStream file, CancellationToken cancellation)
    {
        var marks = new Dictionary<string, CellMarks>(StringComparer.Ordinal);
        if (CompoundFile.Open(file, "Workbook", "Book") is not { } workbook) return marks;
        var (isWide, encoding) = (true, Encoding.Latin1);
        var sheets = new List<(string Name, uint At)>();
        foreach (var (kind, content) in Records(workbook, 0))
        {
            if (kind == BeginOf && content.Length >= 2) isWide = U16(content, 0) == Biff8;
            else if (kind == CodePage && content.Length >= 2 && !isWide) encoding = CodePagesEncodingProvider.Instance.GetEncoding(U16(content, 0)) ?? encoding;
            else if (kind == BoundSheet && content.Length >= 8 && content[5] == 0) sheets.Add((NameOf(content, isWide, encoding), BinaryPrimitives.ReadUInt32LittleEndian(content)));
        }

        foreach (var (name, at) in sheets)
        {
            cancellation.ThrowIfCancellationRequested();
            marks[name] = Scan(workbook, at);
        }

        return marks;
    }

    private static CellMarks Scan(CompoundFile workbook, uint at)
    {
        var found = new CellMarks();
        foreach (var (kind, content) in Records(workbook, at))
        {
            var error = (kind, content.Length) switch
            {
                (BooleanOrError, >= 8) when content[7] == 1 => content[6],
                (Formula, >= 14) when content[6] == 2 && content[12] == 0xFF && content[13] == 0xFF => content[8],
                _ => (byte?)null,
            };
            if (error is not { } code) continue;
            if (found.Count >= CellMarks.Most) throw new InvalidDataException("Too many cells show errors.");
            found[(U16(content, 0), U16(content, 2))] = NameOf(code);
        }

        return found;
    }

    /// <summary>The records from a place to the end of its part; what is nested in it, such as a chart, is gone through too.</summary>
    private static IEnumerable<(int Kind, byte[] Content)> Records(CompoundFile workbook, long at)
    {
        var head = new byte[4];
        var depth = 0;
        while (workbook.TryRead(at, head))
        {
            var (kind, content) = (U16(head, 0), new byte[U16(head, 2)]);
            if (!workbook.TryRead(at + head.Length, content)) yield break;
            at += head.Length + content.Length;
            if (kind == BeginOf) depth++;
            if (kind == EndOf && --depth <= 0) yield break;
            yield return (kind, content);
        }
    }

    private static string NameOf(byte[] sheet, bool isWide, Encoding encoding)
    {
        if (!isWide) return encoding.GetString(sheet, 7, Math.Min(sheet[6], sheet.Length - 7));
        var text = sheet.AsSpan(8);
        return (sheet[7] & 1) == 0 ? Encoding.Latin1.GetString(text[..Math.Min(sheet[6], text.Length)]) : Encoding.Unicode.GetString(text[..Math.Min(sheet[6] * 2, text.Length)]);
    }

    private static string NameOf(byte error) => error switch
    {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR",
    };

    private static ushort U16(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
}
