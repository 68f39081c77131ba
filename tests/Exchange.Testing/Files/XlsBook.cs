using System.Buffers.Binary;
using System.Text;

namespace Exchange.Testing.Files;

/// <summary>Writes an XLS workbook of one sheet: BIFF8 records in a compound document, as old programs save them.</summary>
public sealed class XlsBook(string sheet, bool is1904 = false)
{
    /// <summary>Place of the cell format that shows a date.</summary>
    public const int DateFormat = 1;

    private const int Sector = 512;
    private readonly List<byte> _cells = [];
    private readonly List<(int FromRow, int ToRow, int FromColumn, int ToColumn)> _merges = [];
    private int _rows;

    /// <summary>Adds a row of text, numbers, dates (a tuple of serial number and format) and nulls.</summary>
    public XlsBook Row(params object?[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            switch (cells[i])
            {
                case null: break;
                case string text: Label(i, text); break;
                case (double serial, int format): Number(i, serial, format); break;
                case bool flag: Record(_cells, 0x0205, [.. Place(i, 0), flag ? (byte)1 : (byte)0, 0]); break;
                case XlsError error: Record(_cells, 0x0205, [.. Place(i, 0), (byte)error, 1]); break;
                default: Number(i, Convert.ToDouble(cells[i], System.Globalization.CultureInfo.InvariantCulture), 0); break;
            }
        }

        _rows++;
        return this;
    }

    /// <summary>Merges cells, counted from 0.</summary>
    public XlsBook Merge(int fromRow, int toRow, int fromColumn, int toColumn)
    {
        _merges.Add((fromRow, toRow, fromColumn, toColumn));
        return this;
    }

    public byte[] Write() => Compound(Workbook());

    private byte[] Workbook()
    {
        byte[] name = [(byte)sheet.Length, 1, .. Encoding.Unicode.GetBytes(sheet)];
        var globals = Globals(0, name);
        List<byte> all = [.. Globals(globals.Length, name)];
        Record(all, 0x0809, [.. U16(0x0600), .. U16(0x0010), .. new byte[12]]);
        Record(all, 0x0200, [.. U32(0), .. U32((uint)_rows), .. U16(0), .. U16(64), .. U16(0)]);
        all.AddRange(_cells);
        if (_merges.Count > 0)
            Record(all, 0x00E5, [.. U16(_merges.Count), .. _merges.SelectMany(m => new[] { m.FromRow, m.ToRow, m.FromColumn, m.ToColumn }).SelectMany(U16)]);
        Record(all, 0x000A, []);
        return [.. all];
    }

    private byte[] Globals(int sheetAt, byte[] name)
    {
        var globals = new List<byte>();
        Record(globals, 0x0809, [.. U16(0x0600), .. U16(0x0005), .. new byte[12]]);
        Record(globals, 0x0042, U16(1200));
        Record(globals, 0x0022, U16(is1904 ? 1 : 0));
        foreach (var format in (int[])[0, 14]) Record(globals, 0x00E0, [.. U16(0), .. U16(format), .. new byte[16]]);
        Record(globals, 0x0085, [.. U32((uint)sheetAt), 0, 0, .. name]);
        Record(globals, 0x000A, []);
        return [.. globals];
    }

    private void Label(int column, string text) => Record(_cells, 0x0204, [.. Place(column, 0), .. U16(text.Length), 1, .. Encoding.Unicode.GetBytes(text)]);

    private void Number(int column, double number, int format)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, number);
        Record(_cells, 0x0203, [.. Place(column, format), .. bytes]);
    }

    private byte[] Place(int column, int format) => [.. U16(_rows), .. U16(column), .. U16(format)];

    private static void Record(List<byte> into, int kind, byte[] content) => into.AddRange([.. U16(kind), .. U16(content.Length), .. content]);

    /// <summary>Header, one sector of allocation table per 128 sectors, one sector of directory, then the stream.</summary>
    private static byte[] Compound(byte[] stream)
    {
        // A shorter stream would lie in the mini stream.
        var sectors = Math.Max((stream.Length + Sector - 1) / Sector, 4096 / Sector);
        var tables = 1;
        while (tables * (Sector / 4) < tables + 1 + sectors) tables++;
        var file = new MemoryStream();
        file.Write([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[16], .. U16(0x3E), .. U16(3), .. U16(0xFFFE), .. U16(9), .. U16(6), .. new byte[10]]);
        file.Write([.. U32((uint)tables), .. U32((uint)tables), .. U32(0), .. U32(4096), .. U32(0xFFFFFFFE), .. U32(0), .. U32(0xFFFFFFFE), .. U32(0)]);
        for (var i = 0; i < 109; i++) file.Write(U32(i < tables ? (uint)i : 0xFFFFFFFF));
        var table = new uint[tables * (Sector / 4)];
        Array.Fill(table, 0xFFFFFFFF);
        for (var i = 0; i < tables; i++) table[i] = 0xFFFFFFFD;
        table[tables] = 0xFFFFFFFE;
        for (var i = 0; i < sectors; i++) table[tables + 1 + i] = i == sectors - 1 ? 0xFFFFFFFE : (uint)(tables + 2 + i);
        foreach (var entry in table) file.Write(U32(entry));
        file.Write(Entry("Root Entry", 5, 1, 0xFFFFFFFE, 0));
        file.Write(Entry("Workbook", 2, 0xFFFFFFFF, (uint)(tables + 1), (uint)(sectors * Sector)));
        file.Write(new byte[Sector - 256]);
        file.Write(stream);
        file.Write(new byte[(sectors * Sector) - stream.Length]);
        return file.ToArray();
    }

    private static byte[] Entry(string name, byte kind, uint child, uint start, uint size)
    {
        var entry = new byte[128];
        Encoding.Unicode.GetBytes(name, entry);
        U16((name.Length + 1) * 2).CopyTo(entry, 64);
        (entry[66], entry[67]) = (kind, 1);
        U32(0xFFFFFFFF).CopyTo(entry, 68);
        U32(0xFFFFFFFF).CopyTo(entry, 72);
        U32(child).CopyTo(entry, 76);
        U32(start).CopyTo(entry, 116);
        U32(size).CopyTo(entry, 120);
        return entry;
    }

    private static byte[] U16(int value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] U32(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];
}

/// <summary>What a cell of an XLS workbook shows instead of a value.</summary>
public enum XlsError : byte
{
    DivisionByZero = 0x07,
    NotAvailable = 0x2A,
}
