using System.Security.Cryptography;

namespace Exchange.Gateway.Publishing;

/// <summary>
/// Keeps a body while it is checked and sent, so that it can be read twice with little memory: the first mebibyte as it is, the rest in a file. The file is unlinked as
/// soon as it is open, and each block in it is sealed with a key that this object alone holds: nothing of it can be read once the process is gone.
/// </summary>
internal sealed class BodySpool(string folder) : IDisposable
{
    public const int BlockBytes = 64 * 1024;
    private const int BlocksInMemory = 16;
    private const int TagBytes = 16;
    private const int NonceBytes = 12;

    private readonly List<byte[]> _memory = [];
    private readonly byte[] _block = new byte[BlockBytes];
    private readonly byte[] _sealed = new byte[BlockBytes + TagBytes];
    private FileStream? _file;
    private AesGcm? _cipher;
    private int _filled;

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var taken = Math.Min(bytes.Length, BlockBytes - _filled);
            bytes[..taken].CopyTo(_block.AsSpan(_filled));
            bytes = bytes[taken..];
            _filled += taken;
            Length += taken;
            if (_filled == BlockBytes) Close();
        }
    }

    /// <summary>Reads the whole body from its beginning. What is written later is not seen; one reader at a time.</summary>
    public Stream OpenRead() => new Reader(this);

    public void Dispose()
    {
        _file?.Dispose();
        _cipher?.Dispose();
    }

    private void Close()
    {
        if (_memory.Count < BlocksInMemory) _memory.Add(_block.ToArray());
        else Seal();
        _filled = 0;
    }

    private void Seal()
    {
        if (_file is null) (_file, _cipher) = (OpenFile(), new AesGcm(RandomNumberGenerator.GetBytes(32), TagBytes));
        var block = _file.Position / _sealed.Length;
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Number(nonce, block);
        _cipher!.Encrypt(nonce, _block, _sealed.AsSpan(0, BlockBytes), _sealed.AsSpan(BlockBytes));
        _file.Write(_sealed);
    }

    private FileStream OpenFile()
    {
        var path = Path.Combine(folder, $"exchange-body-{Guid.CreateVersion7():N}");
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        File.Delete(path);
        return file;
    }

    /// <summary>Reads a closed block, or the open one; the bytes are valid until the next call.</summary>
    private ReadOnlyMemory<byte> Block(long number, byte[] opened)
    {
        if (number < _memory.Count) return _memory[(int)number];
        if (number * BlockBytes + _filled == Length) return _block.AsMemory(0, _filled);
        var at = (number - BlocksInMemory) * _sealed.Length;
        for (var read = 0; read < _sealed.Length;)
        {
            var more = RandomAccess.Read(_file!.SafeFileHandle, _sealed.AsSpan(read), at + read);
            if (more == 0) throw new EndOfStreamException("The spooled body is cut short.");
            read += more;
        }

        Span<byte> nonce = stackalloc byte[NonceBytes];
        Number(nonce, number - BlocksInMemory);
        _cipher!.Decrypt(nonce, _sealed.AsSpan(0, BlockBytes), _sealed.AsSpan(BlockBytes), opened);
        return opened;
    }

    // The key is used for this file only, each number once.
    private static void Number(Span<byte> nonce, long block)
    {
        nonce.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(nonce, block);
    }

    private sealed class Reader(BodySpool spool) : Stream
    {
        private readonly byte[] _opened = new byte[BlockBytes];
        private ReadOnlyMemory<byte> _rest;
        private long _next;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => spool.Length;

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (_rest.IsEmpty && _next * BlockBytes < spool.Length) _rest = spool.Block(_next++, _opened);
            var taken = Math.Min(buffer.Length, _rest.Length);
            _rest.Span[..taken].CopyTo(buffer);
            _rest = _rest[taken..];
            return taken;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
