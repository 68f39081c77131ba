namespace Exchange.Records.Formats;

/// <summary>
/// Splits text into lines and counts them. Lines end with LF or CRLF, the last one may have no end; a byte-order mark at the very start and blank lines are passed over.
/// </summary>
public ref struct NdjsonLines(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _next = text.StartsWith("\uFEFF"u8) ? 3 : 0;

    /// <summary>The current line without its end.</summary>
    public ReadOnlySpan<byte> Line { get; private set; }

    /// <summary>Its number, from 1; blank lines count.</summary>
    public long Number { get; private set; }

    /// <summary>Where it begins, in bytes.</summary>
    public int Offset { get; private set; }

    public bool Read()
    {
        while (_next < _text.Length)
        {
            Offset = _next;
            Number++;
            var length = _text[_next..].IndexOf((byte)'\n');
            Line = length < 0 ? _text[_next..] : _text.Slice(_next, length);
            _next += Line.Length + 1;
            if (Line.EndsWith("\r"u8)) Line = Line[..^1];
            if (Line.ContainsAnyExcept((byte)' ', (byte)'\t')) return true;
        }

        return false;
    }
}
