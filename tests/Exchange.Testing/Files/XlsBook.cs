namespace Exchange.Testing.Files;

/// <summary>Writes an XLS workbook: BIFF8 records in a compound document, as old programs save them.</summary>
public sealed class XlsBook : Book
{
    public override string Extension => ".xls";

    /// <summary>Encrypts the records; null for a workbook that anybody can read.</summary>
    public string? Password { get; init; }

    /// <summary>Whether text stands in one table for all sheets, as Excel has it, or in the cells themselves.</summary>
    public bool HasSharedStrings { get; init; } = true;

    /// <summary>Whether each sheet shows a chart.</summary>
    public bool HasCharts { get; init; }

    /// <summary>Whether a small workbook is kept in the mini stream; Excel fills it up instead, so that it need not be.</summary>
    public bool IsPacked { get; init; }

    public override byte[] Write()
    {
        var strings = HasSharedStrings ? new XlsStrings() : null;
        var sheets = Sheets.Select(s => XlsSheetRecords.Write(s, strings, HasCharts)).ToList();
        var at = Globals(sheets.ConvertAll(_ => 0), strings).Count;
        var places = new List<int>();
        foreach (var sheet in sheets)
        {
            places.Add(at);
            at += sheet.Count;
        }

        byte[] stream = [.. Globals(places, strings), .. sheets.SelectMany(s => s)];
        if (Password is not null) XlsCipher.Encrypt(stream, Password);
        return CompoundDocument.Write("Workbook", stream, IsPacked);
    }

    private List<byte> Globals(List<int> places, XlsStrings? strings)
    {
        var globals = new List<byte>();
        globals.Record(Biff.BeginOf, Biff.Begin(0x0005));
        if (Password is not null) globals.Record(Biff.FilePass, XlsCipher.FilePass(Password));
        globals.Record(0x0042, Biff.U16(1200));
        globals.Record(0x0022, Biff.U16(Is1904 ? 1 : 0));
        foreach (var style in BookStyle.All.Where(s => s.IsCustom)) globals.Record(0x041E, [.. Biff.U16(style.Id), .. Biff.U16(style.Format.Length), .. Biff.Characters(style.Format)]);
        foreach (var format in BookStyle.All.Select(s => s.Id).Prepend(0)) globals.Record(0x00E0, [.. Biff.U16(0), .. Biff.U16(format), .. new byte[16]]);
        for (var i = 0; i < places.Count; i++)
        {
            var state = Sheets[i].State switch { null => 0, "hidden" => 1, "veryHidden" => 2, _ => throw new InvalidOperationException($"No such state: {Sheets[i].State}") };
            globals.Record(Biff.BoundSheet, [.. Biff.U32((uint)places[i]), (byte)state, 0, (byte)Sheets[i].Name.Length, .. Biff.Characters(Sheets[i].Name)]);
        }

        strings?.Write(globals);
        globals.Record(Biff.EndOf);
        return globals;
    }
}
