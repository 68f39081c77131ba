using System.Buffers.Binary;
using Exchange.Records.Rows;

namespace Exchange.Adapters.Pipelines;

/// <summary>
/// Cuts a PostgreSQL binary COPY file that arrives in arbitrary chunks into runs of whole tuples, without looking into the values.
/// Bytes are read straight into the buffer that becomes the run; only the cut-off tail of a run is copied.
/// Where it cuts depends on the rows alone, not on how they were chunked.
/// </summary>
internal sealed class TupleCutter(int fields, int maxRows, int targetBytes)
{
    public const int MaxTupleBytes = 64 * 1024 * 1024;
    private const int ReadBytes = 64 * 1024;
    private const int SignatureBytes = 11;
    private const int FixedHeaderBytes = SignatureBytes + 8;

    private byte[] _buffer = new byte[targetBytes + ReadBytes];
    private int _filled;
    private int _scanned;
    private int _rows;
    private bool _headerRead;

    /// <summary>True once the trailer was seen: the file is whole.</summary>
    public bool Ended { get; private set; }

    /// <summary>Where to put the next bytes; never empty.</summary>
    public Memory<byte> Space()
    {
        if (_filled == _buffer.Length) Grow();
        return _buffer.AsMemory(_filled);
    }

    /// <summary>Tells that <paramref name="bytes"/> bytes were put into <see cref="Space"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a binary COPY file with this number of fields.</exception>
    public void Filled(int bytes)
    {
        if (bytes > 0 && Ended) throw new InvalidDataException("There are bytes after the end of the rows.");
        _filled += bytes;
        Scan();
    }

    /// <summary>Takes the next run: a full one, or what is left once the file has ended.</summary>
    public bool TryCut(out TupleRun run)
    {
        var full = _rows == maxRows || _scanned >= targetBytes;
        if (_rows == 0 || !(full || Ended))
        {
            run = default;
            return false;
        }

        run = new TupleRun(_buffer.AsMemory(0, _scanned), _rows);
        var tail = _buffer.AsSpan(_scanned, _filled - _scanned);
        _buffer = new byte[Math.Max(targetBytes, tail.Length) + ReadBytes];
        tail.CopyTo(_buffer);
        (_filled, _scanned, _rows) = (tail.Length, 0, 0);
        Scan();
        return true;
    }

    private void Scan()
    {
        if (!_headerRead && !ReadHeader()) return;
        var bytes = _buffer.AsSpan(0, _filled);
        while (!Ended && _rows < maxRows && _scanned < targetBytes)
        {
            if (_filled - _scanned < 2) return;
            int count = BinaryPrimitives.ReadInt16BigEndian(bytes[_scanned..]);
            if (count == -1)
            {
                if (_filled - _scanned > 2) throw new InvalidDataException("There are bytes after the end of the rows.");
                Ended = true;
                _filled = _scanned;
                return;
            }

            if (count != fields) throw new InvalidDataException($"A row has {count} fields where {fields} belong.");
            var end = EndOfTuple(bytes, _scanned + 2, count);
            if (end < 0) return;
            _scanned = end;
            _rows++;
        }
    }

    /// <summary>Offset after the tuple, or -1 where it is not whole yet.</summary>
    private int EndOfTuple(ReadOnlySpan<byte> bytes, int at, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (bytes.Length - at < 4) return -1;
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[at..]);
            if (length < -1) throw new InvalidDataException("A field has a negative length.");
            at += 4;
            if (length <= 0) continue;
            if (length > MaxTupleBytes - (at - _scanned)) throw new InvalidDataException($"A row is larger than {MaxTupleBytes} bytes.");
            if (length > bytes.Length - at) return -1;
            at += length;
        }

        return at;
    }

    private bool ReadHeader()
    {
        var bytes = _buffer.AsSpan(0, _filled);
        var known = Math.Min(SignatureBytes, _filled);
        if (!bytes[..known].SequenceEqual(CopyFrame.Header.Span[..known])) throw new InvalidDataException("The rows do not begin with the signature of a binary COPY file.");
        if (_filled < FixedHeaderBytes) return false;
        var flags = BinaryPrimitives.ReadInt32BigEndian(bytes[SignatureBytes..]);
        var extension = BinaryPrimitives.ReadInt32BigEndian(bytes[(SignatureBytes + 4)..]);
        if (flags != 0 || extension != 0) throw new InvalidDataException("The binary COPY file has flags or an extension that are not known.");
        _headerRead = true;
        bytes[FixedHeaderBytes..].CopyTo(bytes);
        _filled -= FixedHeaderBytes;
        return true;
    }

    private void Grow()
    {
        if (_buffer.Length > MaxTupleBytes + targetBytes) throw new InvalidDataException($"A row is larger than {MaxTupleBytes} bytes.");
        Array.Resize(ref _buffer, (int)Math.Min(_buffer.Length * 2L, MaxTupleBytes + targetBytes + (2L * ReadBytes)));
    }
}
