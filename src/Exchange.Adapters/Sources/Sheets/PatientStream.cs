namespace Exchange.Adapters.Sources.Sheets;

/// <summary>A file under a reader that may go in circles over a damaged one: after far more bytes than a sound file needs, it fails.</summary>
internal sealed class PatientStream(Stream inner) : Stream
{
    private const int TimesRead = 200;
    private const long LeastBytes = 16 << 20;

    private long _left = LeastBytes + (TimesRead * inner.Length);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    /// <exception cref="InvalidDataException">The reader goes in circles.</exception>
    public override int Read(Span<byte> buffer)
    {
        // A read at the end counts too: it may be the circle.
        _left -= Math.Max(1, buffer.Length);
        if (_left < 0) throw new InvalidDataException("The file is read in circles.");
        return inner.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
