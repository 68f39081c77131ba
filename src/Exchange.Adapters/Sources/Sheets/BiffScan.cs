using System.Buffers.Binary;
using System.Text;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>
/// Finds in the records of an XLS workbook what its reader does not give: cells that show errors, text of array formulas, merged cells below a chart or below row 32,768. A value must not vanish.
/// </summary>
internal static class BiffScan
{
    private const int BeginOf = 0x0809;
    private const int EndOf = 0x000A;
    private const int FilePass = 0x002F;
    private const int BoundSheet = 0x0085;
    private const int CodePage = 0x0042;
    private const int BooleanOrError = 0x0205;
    private const int Formula = 0x0006;
    private const int ArrayFormula = 0x0221;
    private const int FormulaText = 0x0207;
    private const int MergeCells = 0x00E5;
    private const int Biff8 = 0x0600;

    /// <returns>By sheet name, what the reader does not give.</returns>
    /// <exception cref="InvalidDataException">The workbook is damaged.</exception>
    public static Result<Dictionary<string, CellMarks>> Run(FileStream file, CancellationToken cancellation)
    {
        var marks = new Dictionary<string, CellMarks>(StringComparer.Ordinal);
        if (CompoundFile.Open(file, "Workbook", "Book") is not { } workbook) return marks;
        var (isWide, encoding) = (true, Encoding.Latin1);
        var sheets = new List<(string Name, uint At)>();
        foreach (var (kind, content, _) in Records(workbook, 0))
        {
            // The reader knows the password that Excel takes without asking, but nothing could be looked at before it.
            if (kind == FilePass) return ErrorCodes.WorkbookProtected.With();
            if (kind == BeginOf && content.Length >= 2) isWide = U16(content, 0) == Biff8;
            else if (kind == CodePage && content.Length >= 2 && !isWide) encoding = CodePagesEncodingProvider.Instance.GetEncoding(U16(content, 0)) ?? encoding;
            else if (kind == BoundSheet && content.Length >= 8 && content[5] == 0) sheets.Add((NameOf(content, isWide, encoding), BinaryPrimitives.ReadUInt32LittleEndian(content)));
        }

        foreach (var (name, at) in sheets)
        {
            cancellation.ThrowIfCancellationRequested();
            marks[name] = Scan(workbook, at, isWide, encoding);
        }

        return marks;
    }

    private static CellMarks Scan(CompoundFile workbook, uint at, bool isWide, Encoding encoding)
    {
        var merges = new List<MergedCells>();
        var found = new CellMarks { Merges = merges };
        var array = ((int, int)?)null;
        var before = (Kind: 0, Content: Array.Empty<byte>());
        foreach (var (kind, content, depth) in Records(workbook, at))
        {
            // A chart keeps what it shows as cells of its own.
            if (depth > 1) continue;
            if (kind == MergeCells) AddMerges(content, merges);
            else if (ErrorOf(kind, content) is { } error) Add((U16(content, 0), U16(content, 2)), new SheetCell(null, Error: error));
            else if (kind == ArrayFormula && IsText(before.Kind, before.Content)) array = (U16(before.Content, 0), U16(before.Content, 2));
            else if (kind == FormulaText && array is { } place) Add(place, new SheetCell(TextOf(content, isWide, encoding)));
            if (kind != ArrayFormula) array = null;
            before = (kind, content);
        }

        return found;

        void Add((int Row, int Column) place, SheetCell cell)
        {
            if (found.Count >= CellMarks.Most) throw new InvalidDataException("Too many cells show errors.");
            found[place] = cell;
        }
    }

    private static string? ErrorOf(int kind, byte[] content) => (kind, content.Length) switch
    {
        (BooleanOrError, >= 8) when content[7] == 1 => NameOf(content[6]),
        (Formula, >= 14) when content[6] == 2 && content[12] == 0xFF && content[13] == 0xFF => NameOf(content[8]),
        _ => null,
    };

    private static bool IsText(int kind, byte[] content) => kind == Formula && content.Length >= 14 && content[6] == 0 && content[12] == 0xFF && content[13] == 0xFF;

    private static void AddMerges(byte[] content, List<MergedCells> merges)
    {
        for (var i = 2; i + 8 <= content.Length; i += 8) merges.Add(new(U16(content, i), U16(content, i + 2), U16(content, i + 4), U16(content, i + 6)));
    }

    /// <summary>The records from a place to the end of its part; what is nested in it, such as a chart, is gone through too, at a depth of more than 1.</summary>
    /// <exception cref="InvalidDataException">The part has no end.</exception>
    private static IEnumerable<(int Kind, byte[] Content, int Depth)> Records(CompoundFile workbook, long at)
    {
        var head = new byte[4];
        var depth = 0;
        while (workbook.TryRead(at, head))
        {
            var (kind, content) = (U16(head, 0), new byte[U16(head, 2)]);
            if (!workbook.TryRead(at + head.Length, content)) break;
            at += head.Length + content.Length;
            if (kind == BeginOf) depth++;
            if (kind == EndOf && --depth <= 0) yield break;
            yield return (kind, content, depth);
        }

        throw new InvalidDataException("The workbook ends in the middle of a part.");
    }

    private static string TextOf(byte[] content, bool isWide, Encoding encoding)
    {
        var length = content.Length < 2 ? 0 : U16(content, 0);
        var text = content.AsSpan(Math.Min(content.Length, isWide ? 3 : 2));
        var bytes = isWide && text.Length > 0 && (content[2] & 1) == 1 ? 2 * length : length;
        if (text.Length < bytes) throw new InvalidDataException("The text of a formula is longer than its record.");
        return (bytes > length ? Encoding.Unicode : isWide ? Encoding.Latin1 : encoding).GetString(text[..bytes]);
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
