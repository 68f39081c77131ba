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

    private const int MiniPiece = 64;

    private readonly Stream _file;
    private readonly int _piece;
    private readonly List<long> _places;
    private readonly long _length;

    /// <param name="file">The document.</param>
    /// <param name="piece">Bytes of each piece that the stream is made of.</param>
    /// <param name="places">Where in the document they are.</param>
    /// <param name="length">Bytes of the stream; the last piece need not be full.</param>
    private CompoundFile(Stream file, int piece, List<long> places, long length) =>
        (_file, _piece, _places, _length) = (file, piece, places, Math.Min(length, (long)places.Count * piece));

    /// <summary>Opens the first stream that has one of the names; null where there is none.</summary>
    /// <exception cref="InvalidDataException">The document is damaged.</exception>
    public static CompoundFile? Open(FileStream file, params ReadOnlySpan<string> names)
    {
        var buffered = new BufferedStream(file, 1 << 16);
        var header = ReadExactly(buffered, 0, HeaderBytes);
        var shift = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(30));
        if (shift is not (9 or 12)) throw new InvalidDataException("The sector size is wrong.");
        var table = ReadTable(buffered, header, 1 << shift);
        var directory = Of(U32(header, 48), long.MaxValue);
        var root = 0u;
        var entry = new byte[EntryBytes];
        for (var at = 0L; directory.TryRead(at, entry); at += EntryBytes)
        {
            if (entry[66] == 5) root = U32(entry, 116);
            var length = Math.Clamp(BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(64)) - 2, 0, 64);
            if (entry[66] != 2 || !names.Contains(Encoding.Unicode.GetString(entry, 0, length))) continue;
            var (start, bytes) = (U32(entry, 116), U32(entry, 120));
            return bytes < U32(header, 56) ? Of(root, long.MaxValue).Mini(Of(U32(header, 60), long.MaxValue), start, bytes) : Of(start, bytes);
        }

        return null;

        CompoundFile Of(uint start, long bytes) => new(buffered, 1 << shift, Chain(table, start).ConvertAll(s => Place(s, 1 << shift)), bytes);
    }

    /// <summary>Fills the buffer from a place of the stream; false where the stream ends before.</summary>
    public bool TryRead(long at, Span<byte> into)
    {
        if (at < 0 || at + into.Length > _length) return false;
        while (!into.IsEmpty)
        {
            var within = (int)(at % _piece);
            var part = into[..Math.Min(into.Length, _piece - within)];
            _file.Position = _places[(int)(at / _piece)] + within;
            if (_file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) < part.Length) return false;
            into = into[part.Length..];
            at += part.Length;
        }

        return true;
    }

    /// <summary>A small stream: its pieces lie in this one, in the order that a table of their own tells.</summary>
    private CompoundFile Mini(CompoundFile tableStream, uint start, long bytes)
    {
        var read = new byte[tableStream._length];
        if (!tableStream.TryRead(0, read)) throw new InvalidDataException("The table of small streams is cut off.");
        var table = new uint[read.Length / 4];
        for (var i = 0; i < table.Length; i++) table[i] = U32(read, 4 * i);
        return new CompoundFile(_file, MiniPiece, Chain(table, start).ConvertAll(PlaceOf), bytes);

        long PlaceOf(uint piece)
        {
            var at = (long)piece * MiniPiece;
            return at < _length ? _places[(int)(at / _piece)] + (at % _piece) : throw new InvalidDataException("A small stream lies outside of what holds them.");
        }
    }

    private static List<uint> Chain(uint[] table, uint start)
    {
        var chain = new List<uint>();
        for (var sector = start; sector < LastSector; sector = table[sector])
        {
            if (sector >= table.Length || chain.Count == table.Length) throw new InvalidDataException("A chain of sectors is broken.");
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
