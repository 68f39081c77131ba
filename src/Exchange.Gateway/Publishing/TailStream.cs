using System.Buffers.Binary;

namespace Exchange.Gateway.Publishing;

/// <summary>
/// Hands a gzip body through and keeps its last four bytes, which tell the unpacked length. The unpacking stream takes a body that was cut short for one that has ended.
/// </summary>
internal sealed class TailStream(Stream body) : Stream
{
    private const int LengthBytes = 4;
    private readonly byte[] _tail = new byte[LengthBytes];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Whether the body, read to its end, says that it unpacks to <paramref name="length"/> bytes (modulo 2^32).</summary>
    public async ValueTask<bool> EndsWithAsync(uint length, CancellationToken cancellation)
    {
        var rest = new byte[4096];
        while (await ReadAsync(rest, cancellation) > 0)
        {
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(_tail) == length;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        Keep(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Keep(ReadOnlySpan<byte> read)
    {
        if (read.Length < LengthBytes) _tail.AsSpan(read.Length).CopyTo(_tail);
        var taken = Math.Min(read.Length, LengthBytes);
        read[^taken..].CopyTo(_tail.AsSpan(LengthBytes - taken));
    }
}
