namespace Exchange.Standalone.Sample;

/// <summary>Check characters of citizen numbers (GB 11643) and unified social credit codes (GB 32100), for making valid samples.</summary>
internal static class CheckCharacters
{
    public const string UsccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly int[] IdWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    private static readonly int[] UsccWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    private static readonly int[] OrganisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>Check character after the first 17 digits of a citizen number.</summary>
    public static char ResidentId(ReadOnlySpan<char> first17)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++) sum += (first17[i] - '0') * IdWeights[i];
        return "10X98765432"[sum % 11];
    }

    /// <summary>Check character after the first 17 characters of a unified social credit code.</summary>
    public static char Uscc(ReadOnlySpan<char> first17)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++) sum += UsccAlphabet.IndexOf(first17[i], StringComparison.Ordinal) * UsccWeights[i];
        return UsccAlphabet[(31 - (sum % 31)) % 31];
    }

    /// <summary>Check character after the first 8 characters of an organisation code (GB 11714), the inner part of a unified social credit code.</summary>
    public static char Organisation(ReadOnlySpan<char> first8)
    {
        var sum = 0;
        for (var i = 0; i < 8; i++)
        {
            var value = char.IsAsciiDigit(first8[i]) ? first8[i] - '0' : first8[i] - 'A' + 10;
            sum += value * OrganisationWeights[i];
        }

        return (11 - (sum % 11)) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
    }
}
