using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>What a row below the header is.</summary>
internal enum SheetRowKind
{
    Record,

    /// <summary>Nothing stands in it.</summary>
    Blank,

    /// <summary>A subtitle, the header again, or a hidden row that is to be passed over.</summary>
    NoRecord,

    /// <summary>The data ends above it.</summary>
    Footer,

    /// <summary>Hidden, and nobody has said what that means.</summary>
    Undecided,
}

/// <summary>Tells records from what else stands among them.</summary>
internal static class SheetRows
{
    public static SheetRowKind KindOf(SheetReader row, SheetHeader header, SheetSourceModel model)
    {
        var cells = row.Cells[..Math.Min(row.Cells.Length, header.LastColumn + 1)];
        var (first, filled) = (-1, 0);
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].IsEmpty) continue;
            if (filled++ == 0) first = i;
        }

        if (filled == 0) return SheetRowKind.Blank;
        if (model.Columns.IsFooter(cells[first].TextFor(FieldType.Text).Text)) return SheetRowKind.Footer;
        if (row.IsHidden && model.Hidden == HiddenContent.Refuse) return SheetRowKind.Undecided;
        if (row.IsHidden && model.Hidden == HiddenContent.Skip) return SheetRowKind.NoRecord;
        if (header.IsRepeatedBy(cells)) return SheetRowKind.NoRecord;
        return filled == 1 && IsSubtitle(row, first, header, model) ? SheetRowKind.NoRecord : SheetRowKind.Record;
    }

    /// <summary>Of a table with one column, a row with one cell is a record.</summary>
    private static bool IsSubtitle(SheetReader row, int column, SheetHeader header, SheetSourceModel model) => header.Columns.Count > 1 && model.Subtitles switch
    {
        SubtitleRows.None => false,
        SubtitleRows.Single => true,
        _ => header.Columns.Count(c => c >= column && c < column + row.SpanOf(column)) > 1,
    };
}
