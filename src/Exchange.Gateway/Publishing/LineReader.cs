namespace Exchange.Gateway.Publishing;

/// <summary>
/// Splits a stream into lines and counts them, with little memory. Lines end with LF or CRLF, the last one may have no end; a byte-order mark at the very start and
/// blank lines are passed over. Of a line that is too long only the beginning is kept.
/// </summary>
internal sealed class LineReader(Stream text, int longest)
{
    private const int Chunk = 64 * 1024;

    private byte[] _buffer = new byte[2 * Chunk];
    private int _start;
    private int _end;
    private long _consumed;
    private bool _atEnd;

    /// <summary>The line without its end; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    public bool IsTooLong { get; private set; }

    /// <summary>From 1; blank lines count.</summary>
    public long Number { get; private set; }

    /// <summary>Where the line begins, in bytes.</summary>
    public long Offset { get; private set; }

    public bool Read()
    {
        if (Number == 0) SkipMark();
        while (ReadAny())
        {
            if (IsTooLong || Line.Span.ContainsAnyExcept((byte)' ', (byte)'\t')) return true;
        }

        return false;
    }

    private bool ReadAny()
    {
        var scanned = _start;
        while (true)
        {
            var length = _buffer.AsSpan(scanned, _end - scanned).IndexOf((byte)'\n');
            if (length >= 0) return Take(scanned + length - _start, skipped: 0);
            if (_end - _start > longest + 1) return TakeTooLong();
            scanned = _end - _start;
            if (!Fill())
            {
                if (_end == _start) return false;
                return Take(_end - _start, skipped: 0, hasEnd: false);
            }

            scanned += _start;
        }
    }

    private bool Take(int length, long skipped, bool hasEnd = true)
    {
        Number++;
        Offset = _consumed;
        var line = _buffer.AsMemory(_start, length);
        if (line.Span.EndsWith("\r"u8)) line = line[..^1];
        IsTooLong = skipped > 0 || line.Length > longest;
        Line = line[..Math.Min(line.Length, longest)];
        var used = length + (hasEnd ? 1 : 0);
        _start += used;
        _consumed += used + skipped;
        return true;
    }

    // The beginning stays where it is; the rest is read over it.
    private bool TakeTooLong()
    {
        var kept = _start + longest;
        var skipped = 0L;
        while (true)
        {
            var rest = _buffer.AsSpan(kept, _end - kept);
            var at = rest.IndexOf((byte)'\n');
            if (at >= 0)
            {
                rest[at..].CopyTo(rest);
                _end -= at;
                return Take(longest, skipped + at);
            }

            skipped += rest.Length;
            _end = kept;
            var read = text.Read(_buffer, kept, _buffer.Length - kept);
            if (read == 0)
            {
                _atEnd = true;
                return Take(longest, skipped, hasEnd: false);
            }

            _end += read;
        }
    }

    private bool Fill()
    {
        if (_atEnd) return false;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_buffer.Length - _end < Chunk) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, longest + (2 * Chunk)));
        var read = text.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _atEnd = read == 0;
        return read > 0;
    }

    private void SkipMark()
    {
        while (_end < 3 && Fill())
        {
        }

        if (!_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8)) return;
        _start = 3;
        _consumed = 3;
    }
}
