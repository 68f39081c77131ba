using System.Runtime.InteropServices;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Files;

/// <summary>
/// Finds the encoding of a file that declares none, and only where it is beyond doubt: wrong text must never be published. Fed with the whole file.
/// </summary>
/// <param name="headLines">Lines up to the header. Only these may be shown in an error: what follows is records.</param>
internal sealed class EncodingProof(int headLines = 1)
{
    /// <summary>With this many UTF-8 sequences, text in another encoding is UTF-8 by accident with a chance below one in a thousand million.</summary>
    private const int EnoughSequences = 12;
    private const int SampleBytes = 4096;
    private const int HeadBytes = 3;

    private readonly StrictDecoder _utf8 = new(TextEncodings.Utf8.Strict);
    private readonly GbEvidence _gb = new();
    private readonly List<byte> _sample = new(SampleBytes);
    private char[] _chars = [];
    private long _sequences;
    private bool _isAscii = true;
    private bool _hasNull;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_sample.Count < SampleBytes) _sample.AddRange(bytes[..Math.Min(bytes.Length, SampleBytes - _sample.Count)]);
        if (_chars.Length < bytes.Length + 4) _chars = new char[bytes.Length + 4];
        _utf8.TryDecode(bytes, _chars, last: false, out _);
        _gb.Add(bytes);
        _hasNull |= bytes.Contains((byte)0);
        foreach (var value in bytes)
        {
            if (value < 0x80) continue;
            _isAscii = false;
            if (value >= 0xC0) _sequences++;
        }
    }

    /// <summary>The encoding, or <see cref="ErrorCodes.EncodingUnproven"/> with the candidates and how each would read the first line up to the header that is not plain ASCII.</summary>
    public Result<TextEncoding> Conclude()
    {
        _utf8.TryDecode([], new char[4], last: true, out _);
        _gb.End();
        var isUtf8 = _utf8.InvalidAt is null;
        if (Marked() is { } marked) return marked;
        if (_hasNull) return Unproven();
        if (_isAscii) return TextEncodings.Utf8;
        // Chinese in UTF-8 read as GB18030 is full of characters that GB2312 does not have; where it is not, only length decides.
        if (isUtf8) return !_gb.IsWithinGb2312 || _sequences >= EnoughSequences ? TextEncodings.Utf8 : Unproven();
        return _gb.IsConvincing ? TextEncodings.Gb18030 : Unproven();
    }

    private TextEncoding? Marked()
    {
        var head = CollectionsMarshal.AsSpan(_sample);
        head = head[..Math.Min(HeadBytes, head.Length)];
        foreach (var encoding in (ReadOnlySpan<TextEncoding>)[TextEncodings.Utf8, TextEncodings.Utf16Little, TextEncodings.Utf16Big])
            if (head.StartsWith(encoding.ByteOrderMark)) return encoding;
        return null;
    }

    private Error Unproven()
    {
        var readings = EncodingReadings.Of(CollectionsMarshal.AsSpan(_sample), headLines, shown: 1)
            .Select(r => r.Lines is [var line, ..] ? $"{r.Name} “{line}”" : r.Name)
            .ToList();
        return ErrorCodes.EncodingUnproven.With(("candidates", readings.Count > 0 ? string.Join(", ", readings) : "–"));
    }
}
