using System.Text;

namespace Exchange.Testing.Files;

/// <summary>Writes a compound document of one stream.</summary>
internal static class CompoundDocument
{
    private const int Sector = 512;
    private const int MiniSector = 64;
    private const int SmallestStream = 4096;
    private const uint Free = 0xFFFFFFFF;
    private const uint Last = 0xFFFFFFFE;
    private const uint Table = 0xFFFFFFFD;

    /// <param name="name">Name of the stream.</param>
    /// <param name="stream">What is in it.</param>
    /// <param name="isPacked">Whether a stream of less than 4096 bytes lies in the mini stream; otherwise it is filled up with zeros.</param>
    public static byte[] Write(string name, byte[] stream, bool isPacked)
    {
        if (stream.Length < SmallestStream && isPacked) return WriteMini(name, stream);
        var sectors = Math.Max((stream.Length + Sector - 1) / Sector, SmallestStream / Sector);
        var tables = 1;
        while (tables * (Sector / 4) < tables + 1 + sectors) tables++;
        var file = new MemoryStream();
        Header(file, tables, miniTable: Last);
        Write(file, tables * (Sector / 4), [.. Enumerable.Repeat(Table, tables), Last, .. Chain(tables + 1, sectors)]);
        Directory(file, Last, 0, name, (uint)(tables + 1), (uint)(sectors * Sector));
        file.Write(stream);
        file.Write(new byte[(sectors * Sector) - stream.Length]);
        return file.ToArray();
    }

    /// <summary>Allocation table, directory, table of the mini stream, then the mini stream.</summary>
    private static byte[] WriteMini(string name, byte[] stream)
    {
        var pieces = (stream.Length + MiniSector - 1) / MiniSector;
        var sectors = ((pieces * MiniSector) + Sector - 1) / Sector;
        var file = new MemoryStream();
        Header(file, 1, miniTable: 2);
        Write(file, Sector / 4, [Table, Last, Last, .. Chain(3, sectors)]);
        Directory(file, 3, (uint)(pieces * MiniSector), name, 0, (uint)stream.Length);
        Write(file, Sector / 4, [.. Chain(0, pieces)]);
        file.Write(stream);
        file.Write(new byte[(sectors * Sector) - stream.Length]);
        return file.ToArray();
    }

    private static void Header(MemoryStream file, int tables, uint miniTable)
    {
        file.Write([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[16]]);
        file.Write([.. Biff.U16(0x3E), .. Biff.U16(3), .. Biff.U16(0xFFFE), .. Biff.U16(9), .. Biff.U16(6), .. new byte[10]]);
        file.Write([.. Biff.U32((uint)tables), .. Biff.U32((uint)tables), .. Biff.U32(0), .. Biff.U32(SmallestStream)]);
        file.Write([.. Biff.U32(miniTable), .. Biff.U32(miniTable == Last ? 0u : 1), .. Biff.U32(Last), .. Biff.U32(0)]);
        Write(file, 109, [.. Enumerable.Range(0, tables).Select(i => (uint)i)]);
    }

    private static void Directory(MemoryStream file, uint miniStart, uint miniBytes, string name, uint start, uint bytes)
    {
        file.Write(Entry("Root Entry", 5, 1, miniStart, miniBytes));
        file.Write(Entry(name, 2, Free, start, bytes));
        file.Write(new byte[Sector - 256]);
    }

    private static IEnumerable<uint> Chain(int first, int count) => Enumerable.Range(1, count).Select(i => i == count ? Last : (uint)(first + i));

    private static void Write(MemoryStream file, int length, uint[] entries)
    {
        foreach (var entry in entries) file.Write(Biff.U32(entry));
        for (var i = entries.Length; i < length; i++) file.Write(Biff.U32(Free));
    }

    private static byte[] Entry(string name, byte kind, uint child, uint start, uint size)
    {
        var entry = new byte[128];
        Encoding.Unicode.GetBytes(name, entry);
        Biff.U16((name.Length + 1) * 2).CopyTo(entry, 64);
        (entry[66], entry[67]) = (kind, 1);
        Biff.U32(Free).CopyTo(entry, 68);
        Biff.U32(Free).CopyTo(entry, 72);
        Biff.U32(child).CopyTo(entry, 76);
        Biff.U32(start).CopyTo(entry, 116);
        Biff.U32(size).CopyTo(entry, 120);
        return entry;
    }
}
