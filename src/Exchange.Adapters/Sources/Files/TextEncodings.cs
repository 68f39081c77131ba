using System.Text;

namespace Exchange.Adapters.Sources.Files;

/// <summary>An encoding that files may have.</summary>
/// <param name="Name">As it is written in an adapter file.</param>
/// <param name="Strict">Fails on bytes that mean nothing, instead of replacing them.</param>
internal sealed record TextEncoding(string Name, Encoding Strict)
{
    /// <summary>The bytes that may stand at the start of a file in this encoding; empty for none.</summary>
    public ReadOnlySpan<byte> ByteOrderMark => Strict.Preamble;
}

/// <summary>The encodings that files may have, written out.</summary>
internal static class TextEncodings
{
    public static readonly TextEncoding Utf8 = new("utf-8", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true));
    public static readonly TextEncoding Utf16Little = new("utf-16le", new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true));
    public static readonly TextEncoding Utf16Big = new("utf-16be", new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true));
    public static readonly TextEncoding Gb18030 = new("gb18030", CodePage("GB18030"));
    public static readonly TextEncoding Big5 = new("big5", CodePage("big5"));

    // GB18030 holds every character of GBK and GB2312 at the same bytes.
    private static readonly Dictionary<string, TextEncoding> ByName = new(StringComparer.Ordinal)
    {
        ["utf-8"] = Utf8, ["gb18030"] = Gb18030, ["gbk"] = Gb18030, ["gb2312"] = Gb18030, ["big5"] = Big5, ["utf-16le"] = Utf16Little, ["utf-16be"] = Utf16Big,
    };

    public static IEnumerable<string> Names => ByName.Keys;

    public static TextEncoding? Find(string name) => ByName.GetValueOrDefault(name);

    private static Encoding CodePage(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }
}
