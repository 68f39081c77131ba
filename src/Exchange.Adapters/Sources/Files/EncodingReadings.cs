using System.Text;

namespace Exchange.Adapters.Sources.Files;

/// <summary>How an encoding reads the start of a text.</summary>
/// <param name="Lines">The first lines that are not plain ASCII, without control characters, cut.</param>
internal sealed record EncodingReading(string Name, IReadOnlyList<string> Lines);

/// <summary>Reads the same bytes in every encoding that can, so that people see which one is right.</summary>
internal static class EncodingReadings
{
    private const int SampleBytes = 4096;
    private const int LongestLine = 40;

    private static readonly TextEncoding[] Candidates = [TextEncodings.Utf8, TextEncodings.Gb18030, TextEncodings.Big5, TextEncodings.Utf16Little, TextEncodings.Utf16Big];

    /// <param name="lines">Lines at the top that may be shown.</param>
    /// <param name="shown">Of those, how many at most.</param>
    public static IReadOnlyList<EncodingReading> Of(ReadOnlySpan<byte> sample, int lines, int shown)
    {
        if (sample.Length > SampleBytes) sample = sample[..SampleBytes];
        // A zero byte is in no text but that of two bytes a character.
        var isWide = sample.Contains((byte)0);
        var readings = new List<EncodingReading>();
        foreach (var candidate in Candidates)
            if (isWide == candidate.Name.StartsWith("utf-16", StringComparison.Ordinal) && Read(candidate, sample) is { } text) readings.Add(new(candidate.Name, Choose(text, lines, shown)));
        return readings;
    }

    /// <summary>Null where the bytes cannot be read so.</summary>
    private static string? Read(TextEncoding encoding, ReadOnlySpan<byte> sample)
    {
        var chars = new char[sample.Length + 4];
        return new StrictDecoder(encoding.Strict).TryDecode(sample, chars, last: false, out var written) ? new string(chars, 0, written) : null;
    }

    private static List<string> Choose(string text, int lines, int shown) =>
    [
        .. text.ReplaceLineEndings("\n").Replace('\r', '\n').Split('\n').Take(lines).Where(l => !Ascii.IsValid(l)).Take(shown)
            .Select(l => string.Concat(l.Where(c => !char.IsControl(c)).Take(LongestLine))),
    ];
}
