namespace Exchange.Records.Validation.Identity;

/// <summary>
/// Administrative division: 6 digits (GB/T 2260), 9 (township) or 12 (statistical code of a community). The first two name a province; what lies below changes every year,
/// and abolished codes stay valid in old records, so it is not checked.
/// </summary>
internal static class Division
{
    private static readonly bool[] Provinces = MakeProvinces();

    public static bool IsValid(ReadOnlySpan<byte> value) =>
        value.Length is 6 or 9 or 12 && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9') && IsProvince(value);

    /// <summary>Whether the first two bytes are the code of a province.</summary>
    public static bool IsProvince(ReadOnlySpan<byte> value)
    {
        var (tens, ones) = (value[0] - '0', value[1] - '0');
        return (uint)tens <= 9 && (uint)ones <= 9 && Provinces[(tens * 10) + ones];
    }

    private static bool[] MakeProvinces()
    {
        var provinces = new bool[100];
        foreach (var code in (ReadOnlySpan<byte>)[11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82])
            provinces[code] = true;
        return provinces;
    }
}

/// <summary>Mobile number: eleven digits, the first a 1, the second 3 to 9.</summary>
internal static class MobileNumber
{
    public static bool IsValid(ReadOnlySpan<byte> value) =>
        value.Length == 11 && value[0] == '1' && value[1] is >= (byte)'3' and <= (byte)'9' && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
