using System.Buffers;
using System.Text.Unicode;

namespace Exchange.Records.Validation.Identity;

/// <summary>
/// Civil vehicle plate, GA 36: province, authority letter and five characters (the last may be 学 警 港 澳 挂), or six for new-energy vehicles (a letter A–K in front or at
/// the end); missions 使 and 领 with six digits.
/// </summary>
internal static class VehiclePlate
{
    private static readonly SearchValues<char> Provinces = SearchValues.Create("京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新");
    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ");

    public static bool IsValid(ReadOnlySpan<byte> value)
    {
        Span<char> text = stackalloc char[16];
        if (value.Length > 16 || Utf8.ToUtf16(value, text, out _, out var length) != OperationStatus.Done || length < 7) return false;
        var plate = text[..length];
        if (plate[0] is '使' or '领') return length == 7 && !plate[1..].ContainsAnyExceptInRange('0', '9');
        if (!Provinces.Contains(plate[0]) || plate[1] is < 'A' or > 'Z' or 'I') return false;
        var number = plate[2..];
        return length switch
        {
            7 => !number[..4].ContainsAnyExcept(Characters) && (Characters.Contains(number[4]) || number[4] is '学' or '警' or '港' or '澳' or '挂'),
            8 => !number.ContainsAnyExcept(Characters) && (IsEnergyLetter(number[0]) || IsEnergyLetter(number[5])),
            _ => false,
        };
    }

    private static bool IsEnergyLetter(char c) => c is >= 'A' and <= 'K' and not 'I';
}
