using System.Buffers.Binary;
using System.Text;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>One stream of a compound document, read at any place. Only what is needed to look at a workbook's records before a reader interprets them.</summary>
internal sealed class CompoundFile
{
    private const int HeaderBytes = 512;
    private const int EntryBytes = 128;
    private const int TablesInHeader = 109;
    private const uint LastSector = 0xFFFFFFFA;

    private readonly Stream _file;
    private readonly int _sector;
    private readonly uint[] _table;
    private List<uint> _chain = [];
    private long _length;

    private CompoundFile(Stream file, int sector, uint[] table) => (_file, _sector, _table) = (file, sector, table);

    /// <summary>Opens the first stream that has one of the names; null where there is none, or it lies in the mini stream.</summary>
    /// <exception cref="InvalidDataException">The document is damaged.</exception>
    public static CompoundFile? Open(FileStream file, params ReadOnlySpan<string> names)
    {
        var buffered = new BufferedStream(file, 1 << 16);
        var header = ReadExactly(buffered, 0, HeaderBytes);
        var shift = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(30));
        if (shift is not (9 or 12)) throw new InvalidDataException("The sector size is wrong.");
        var found = new CompoundFile(buffered, 1 << shift, ReadTable(buffered, header, 1 << shift));
        var smallest = U32(header, 56);
        found._chain = found.ChainFrom(U32(header, 48));
        found._length = (long)found._chain.Count * found._sector;
        var entry = new byte[EntryBytes];
        for (var at = 0L; found.TryRead(at, entry); at += EntryBytes)
        {
            var length = Math.Clamp(BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(64)) - 2, 0, 64);
            if (entry[66] != 2 || !names.Contains(Encoding.Unicode.GetString(entry, 0, length))) continue;
            if (U32(entry, 120) < smallest) return null;
            var chain = found.ChainFrom(U32(entry, 116));
            return new CompoundFile(buffered, found._sector, found._table) { _chain = chain, _length = Math.Min(U32(entry, 120), (long)chain.Count * found._sector) };
        }

        return null;
    }

    /// <summary>Fills the buffer from a place of the stream; false where the stream ends before.</summary>
    public bool TryRead(long at, Span<byte> into)
    {
        if (at < 0 || at + into.Length > _length) return false;
        while (!into.IsEmpty)
        {
            var within = (int)(at % _sector);
            var part = into[..Math.Min(into.Length, _sector - within)];
            _file.Position = Place(_chain[(int)(at / _sector)], _sector) + within;
            if (_file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) < part.Length) return false;
            into = into[part.Length..];
            at += part.Length;
        }

        return true;
    }

    private List<uint> ChainFrom(uint start)
    {
        var chain = new List<uint>();
        for (var sector = start; sector < LastSector; sector = _table[sector])
        {
            if (sector >= _table.Length || chain.Count == _table.Length) throw new InvalidDataException("A chain of sectors is broken.");
            chain.Add(sector);
        }

        return chain;
    }

    private static uint[] ReadTable(Stream file, byte[] header, int sector)
    {
        var places = new List<uint>();
        for (var i = 0; i < TablesInHeader; i++) places.Add(U32(header, 76 + (4 * i)));
        var perSector = sector / 4;
        var left = file.Length / sector;
        for (var next = U32(header, 68); next < LastSector; left--)
        {
            if (left <= 0) throw new InvalidDataException("The allocation table is broken.");
            var more = ReadExactly(file, Place(next, sector), sector);
            for (var i = 0; i < perSector - 1; i++) places.Add(U32(more, 4 * i));
            next = U32(more, sector - 4);
        }

        var used = places.Where(p => p < LastSector).ToList();
        if (used.Count > (file.Length / sector) + 1) throw new InvalidDataException("The allocation table is larger than the file.");
        var table = new uint[used.Count * perSector];
        for (var t = 0; t < used.Count; t++)
        {
            var part = ReadExactly(file, Place(used[t], sector), sector);
            for (var i = 0; i < perSector; i++) table[(t * perSector) + i] = U32(part, 4 * i);
        }

        return table;
    }

    private static byte[] ReadExactly(Stream file, long at, int bytes)
    {
        var read = new byte[bytes];
        file.Position = at;
        file.ReadExactly(read);
        return read;
    }

    private static long Place(uint sector, int size) => ((long)sector + 1) * size;

    private static uint U32(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
