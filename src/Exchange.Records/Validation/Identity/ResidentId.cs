using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Records.Validation.Identity;

/// <summary>How a citizen number looks.</summary>
internal enum ResidentIdForm
{
    Good,

    /// <summary>Good, but ends with a lower-case x.</summary>
    LowerCase,
    LayoutWrong,
    CheckDigitWrong,
}

/// <summary>
/// Citizen number, GB 11643: six digits of area, eight of birth date, three of sequence, one check character. Areas that were abolished stay valid, so only the
/// province is checked, with 81–83 (residence permits for Hong Kong, Macao, Taiwan) and 9… (permanent residents).
/// </summary>
internal static class ResidentId
{
    private static ReadOnlySpan<byte> Weights => [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    private static ReadOnlySpan<byte> CheckCharacters => "10X98765432"u8;

    public static ResidentIdForm Check(ReadOnlySpan<byte> value, out DateOnly birth)
    {
        birth = default;
        if (value.Length != 18) return ResidentIdForm.LayoutWrong;
        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            var digit = value[i] - '0';
            if ((uint)digit > 9) return ResidentIdForm.LayoutWrong;
            sum += digit * Weights[i];
        }

        if (!Division.IsProvince(value) && value[0] != '9' && !(value[0] == '8' && value[1] is >= (byte)'1' and <= (byte)'3')) return ResidentIdForm.LayoutWrong;
        if (!TryDate(value.Slice(6, 8), out birth)) return ResidentIdForm.LayoutWrong;
        var last = value[17];
        if (last is not ((>= (byte)'0' and <= (byte)'9') or (byte)'X' or (byte)'x')) return ResidentIdForm.LayoutWrong;
        var expected = CheckCharacters[sum % 11];
        if (last == expected) return ResidentIdForm.Good;
        return last == 'x' && expected == 'X' ? ResidentIdForm.LowerCase : ResidentIdForm.CheckDigitWrong;
    }

    /// <summary>The check character of 17 digits.</summary>
    public static char CheckCharacter(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++) sum += (digits[i] - '0') * Weights[i];
        return (char)CheckCharacters[sum % 11];
    }

    private static bool TryDate(ReadOnlySpan<byte> digits, out DateOnly date)
    {
        var year = (((((digits[0] - '0') * 10) + digits[1] - '0') * 10) + digits[2] - '0') * 10 + digits[3] - '0';
        var month = ((digits[4] - '0') * 10) + digits[5] - '0';
        var day = ((digits[6] - '0') * 10) + digits[7] - '0';
        date = default;
        if (year < 1800 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateOnly(year, month, day);
        return true;
    }
}

internal sealed class ResidentIdFormat : TextFormat
{
    private static readonly Finding CheckDigit = new(ErrorCodes.ValueChecksumWrong, FieldFormats.ResidentId);
    private static readonly Finding Future = new(ErrorCodes.ValueDateFuture, FieldFormats.ResidentId);
    private static readonly Finding LowerCase = new(ErrorCodes.ValueLetterCase, FieldFormats.ResidentId, IsWarning: true);
    private static readonly TimeSpan ChinaStandardTime = TimeSpan.FromHours(8);

    private readonly TimeProvider _time;
    private readonly DateOnly _compiled;

    public ResidentIdFormat(TimeProvider time)
        : base(FieldFormats.ResidentId)
    {
        _time = time;
        _compiled = Today();
    }

    public override Finding? Check(ReadOnlySpan<byte> value)
    {
        var form = ResidentId.Check(value, out var birth);
        if (form == ResidentIdForm.LayoutWrong) return Wrong;
        // The clock is asked only for the few who were born after the validator was made.
        if (birth > _compiled && birth > Today()) return Future;
        return form switch
        {
            ResidentIdForm.CheckDigitWrong => CheckDigit,
            ResidentIdForm.LowerCase => LowerCase,
            _ => null,
        };
    }

    private DateOnly Today() => DateOnly.FromDateTime(_time.GetUtcNow().ToOffset(ChinaStandardTime).DateTime);
}
