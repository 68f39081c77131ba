using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Files;

/// <summary>Checks every byte of a file against an encoding.</summary>
internal sealed class DeclaredEncoding(TextEncoding declared)
{
    private readonly StrictDecoder _decoder = new(declared.Strict);
    private readonly byte[] _head = new byte[3];
    private char[] _chars = [];
    private int _headBytes;
    private long _lines = 1;
    private bool _endsWithReturn;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < bytes.Length && _headBytes < _head.Length; i++) _head[_headBytes++] = bytes[i];
        if (_chars.Length < bytes.Length + 4) _chars = new char[bytes.Length + 4];
        if (_decoder.TryDecode(bytes, _chars, last: false, out var written)) CountLines(_chars.AsSpan(0, written));
    }

    public Result<TextEncoding> Conclude()
    {
        foreach (var marked in (ReadOnlySpan<TextEncoding>)[TextEncodings.Utf8, TextEncodings.Utf16Little, TextEncodings.Utf16Big])
        {
            if (marked != declared && _head.AsSpan(0, _headBytes).StartsWith(marked.ByteOrderMark))
                return Invalid(0, $"the file begins with the byte order mark of {marked.Name}, not {declared.Name}", $"文件带有 {marked.Name} 的字节序标记，与声明的 {declared.Name} 不符");
        }

        _decoder.TryDecode([], new char[4], last: true, out _);
        return _decoder.InvalidAt is { } offset ? Invalid(offset, $"the byte is not {declared.Name}", $"该字节不是 {declared.Name} 编码") : declared;
    }

    /// <summary>Lines end with LF, CRLF or CR.</summary>
    private void CountLines(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c == '\r' || (c == '\n' && !_endsWithReturn)) _lines++;
            _endsWithReturn = c == '\r';
        }
    }

    private Error Invalid(long offset, string reason, string reasonZh) =>
        ErrorCodes.CsvMalformed.With(("line", _lines), ("offset", offset), ("reason", reason), ("reason:zh", reasonZh));
}
