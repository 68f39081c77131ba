using System.Collections.Frozen;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Records.Validation.Identity;

internal enum CreditCodeForm
{
    Good,
    LayoutWrong,
    CheckCharacterWrong,
}

/// <summary>
/// Unified social credit code, GB 32100: registering department, kind, six digits of area, nine characters of organisation code, check character; the alphabet has no I, O, S, V, Z.
/// </summary>
internal static class CreditCode
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly sbyte[] Values = MakeValues();

    private static ReadOnlySpan<byte> Weights => [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    public static CreditCodeForm Check(ReadOnlySpan<byte> value)
    {
        if (value.Length != 18) return CreditCodeForm.LayoutWrong;
        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            var worth = value[i] < 128 ? Values[value[i]] : -1;
            if (worth < 0 || (i is >= 2 and < 8 && worth > 9)) return CreditCodeForm.LayoutWrong;
            sum += worth * Weights[i];
        }

        var check = value[17] < 128 ? Values[value[17]] : -1;
        if (check < 0) return CreditCodeForm.LayoutWrong;
        return check == (31 - (sum % 31)) % 31 ? CreditCodeForm.Good : CreditCodeForm.CheckCharacterWrong;
    }

    /// <summary>The check character of 17 characters of the alphabet.</summary>
    public static char CheckCharacter(ReadOnlySpan<byte> code)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++) sum += Values[code[i]] * Weights[i];
        return Alphabet[(31 - (sum % 31)) % 31];
    }

    private static sbyte[] MakeValues()
    {
        var values = new sbyte[128];
        Array.Fill(values, (sbyte)-1);
        for (var i = 0; i < Alphabet.Length; i++) values[Alphabet[i]] = (sbyte)i;
        return values;
    }
}

internal sealed class CreditCodeFormat(FrozenSet<string> known) : TextFormat(FieldFormats.Uscc)
{
    private static readonly Finding CheckCharacter = new(ErrorCodes.ValueChecksumWrong, FieldFormats.Uscc, IsWarning: true);

    public override Finding? Check(ReadOnlySpan<byte> value) => CreditCode.Check(value) switch
    {
        CreditCodeForm.Good => null,
        CreditCodeForm.LayoutWrong => Wrong,
        _ => known.Contains(Encoding.ASCII.GetString(value)) ? null : CheckCharacter,
    };
}
