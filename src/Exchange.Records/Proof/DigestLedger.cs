using System.Buffers.Binary;

namespace Exchange.Records.Proof;

/// <summary>What one row leaves in a ledger.</summary>
/// <param name="Key">Canonical, see <see cref="RowDigester.Key"/>.</param>
/// <param name="IsCounted">False for a row that the other side is not expected to hold: its range's digest is without it.</param>
public readonly record struct LedgerEntry(byte[] Key, UInt128 Digest, bool IsCounted);

/// <summary>
/// Keys and digests of a side's rows, range by range, so that one reading of the side answers both which ranges differ and which keys in them. Takes a few
/// megabytes of memory whatever the number of rows; the rest is in a file that nobody else can open and that is gone with the process. One writer, then readers.
/// </summary>
public sealed class DigestLedger(int ranges, string? folder = null) : IDisposable
{
    private const int BufferBytes = 4096;
    private const int HeadBytes = 1 + 16 + 4;

    private readonly RangeDigest[] _digests = new RangeDigest[ranges];
    private readonly Page[] _pages = new Page[ranges];
    private FileStream? _file;
    private long _end;

    /// <summary>Rows and digest of each range, in order.</summary>
    public IReadOnlyList<RangeDigest> Ranges => _digests;

    /// <summary>Rows and digest of all ranges together.</summary>
    public RangeDigest Total => _digests.Aggregate(default(RangeDigest), (sum, range) => sum.Plus(range));

    public void Add(ReadOnlySpan<byte> key, UInt128 digest, bool isCounted = true)
    {
        var range = KeyRanges.Of(key, ranges);
        if (isCounted) _digests[range] = _digests[range].With(digest);
        ref var page = ref _pages[range];
        var length = HeadBytes + key.Length;
        if (page.Bytes is null || page.Filled + length > page.Bytes.Length) Turn(ref page, length);
        var entry = page.Bytes.AsSpan(page.Filled, length);
        entry[0] = isCounted ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt128BigEndian(entry[1..], digest);
        BinaryPrimitives.WriteInt32BigEndian(entry[17..], key.Length);
        key.CopyTo(entry[HeadBytes..]);
        page.Filled += length;
    }

    /// <summary>The entries of a range, in the order they were added.</summary>
    public IEnumerable<LedgerEntry> Read(int range)
    {
        var page = _pages[range];
        foreach (var (offset, length) in page.Written ?? [])
        {
            var bytes = new byte[length];
            var read = 0;
            while (read < length)
            {
                var got = RandomAccess.Read(_file!.SafeFileHandle, bytes.AsSpan(read), offset + read);
                if (got == 0) throw new EndOfStreamException("The ledger's file is shorter than what was written to it.");
                read += got;
            }

            foreach (var entry in Entries(bytes, length)) yield return entry;
        }

        if (page.Bytes is null) yield break;
        foreach (var entry in Entries(page.Bytes, page.Filled)) yield return entry;
    }

    public void Dispose() => _file?.Dispose();

    private static IEnumerable<LedgerEntry> Entries(byte[] bytes, int end)
    {
        for (var at = 0; at < end;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 17));
            yield return new LedgerEntry(
                bytes.AsSpan(at + HeadBytes, length).ToArray(), BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(at + 1)), bytes[at] == 1);
            at += HeadBytes + length;
        }
    }

    private void Turn(ref Page page, int needed)
    {
        if (page.Filled > 0)
        {
            _file ??= Open();
            RandomAccess.Write(_file.SafeFileHandle, page.Bytes.AsSpan(0, page.Filled), _end);
            (page.Written ??= []).Add((_end, page.Filled));
            _end += page.Filled;
        }

        if (page.Bytes is null || page.Bytes.Length < needed) page.Bytes = new byte[Math.Max(BufferBytes, needed)];
        page.Filled = 0;
    }

    private FileStream Open() => new(Path.Combine(folder ?? Path.GetTempPath(), $"exchange-ledger-{Guid.CreateVersion7():n}"), new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        Share = FileShare.None,
        Options = FileOptions.DeleteOnClose,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        BufferSize = 0,
    });

    private struct Page
    {
        public byte[]? Bytes;
        public int Filled;
        public List<(long Offset, int Length)>? Written;
    }
}
