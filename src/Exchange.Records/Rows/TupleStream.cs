using System.Buffers;
using System.Buffers.Binary;

namespace Exchange.Records.Rows;

/// <summary>
/// Cuts PostgreSQL's binary COPY output into tuples, in one buffer that is used again and again. Fields are looked at, never decoded.
/// </summary>
public sealed class TupleStream(Stream copy, int fields) : IDisposable
{
    private const int SignatureBytes = 11;
    private const int FirstBuffer = 128 * 1024;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _start;
    private int _end;
    private bool _headRead;

    /// <summary>Whether the trailer was read: the tuples are complete.</summary>
    public bool Ended { get; private set; }

    public int Fields => fields;

    /// <summary>Reads on. What <see cref="TryNext"/> gave is overwritten.</summary>
    public async ValueTask ReadAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Grow();
        var read = await copy.ReadAsync(_buffer.AsMemory(_end), cancellation);
        if (read == 0) throw new EndOfStreamException("PostgreSQL's COPY output ended without its trailer.");
        _end += read;
    }

    /// <summary>The next whole tuple of those that were read.</summary>
    /// <param name="places">Where its fields are within <paramref name="tuple"/>.</param>
    public bool TryNext(Span<FieldSlice> places, out ReadOnlySpan<byte> tuple)
    {
        tuple = default;
        if (!_headRead && !TryReadHead()) return false;
        var rest = _buffer.AsSpan(_start, _end - _start);
        if (Ended || rest.Length < 2) return false;
        int count = BinaryPrimitives.ReadInt16BigEndian(rest);
        if (count == -1)
        {
            Ended = true;
            return false;
        }

        if (count != fields) throw new InvalidDataException($"PostgreSQL sent {count} fields where {fields} belong.");
        var at = 2;
        for (var i = 0; i < fields; i++)
        {
            if (rest.Length - at < 4) return false;
            var length = BinaryPrimitives.ReadInt32BigEndian(rest[at..]);
            at += 4;
            if (length > rest.Length - at) return false;
            places[i] = new FieldSlice(at, length);
            if (length > 0) at += length;
        }

        tuple = rest[..at];
        _start += at;
        return true;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool TryReadHead()
    {
        const int Fixed = SignatureBytes + 8;
        if (_end - _start < Fixed) return false;
        var extension = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start + SignatureBytes + 4));
        if (_end - _start < Fixed + extension) return false;
        _start += Fixed + extension;
        return _headRead = true;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
