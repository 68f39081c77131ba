namespace Exchange.Standalone.Sample;

/// <summary>Spoils rows in the ways that real registers are spoilt. Every kind is one field that breaks one rule.</summary>
internal static class EnterpriseBreaker
{
    /// <summary>One broken row in so many; small samples still hold each kind once.</summary>
    public const int OneIn = 10_000;

    private static readonly Kind[] Kinds =
    [
        new("id_no", "value_checksum_wrong", new("身份证号校验码错误", "check digit of the resident id is wrong"), e => e with { ResidentId = WrongCheck(e.ResidentId!) }),
        new("id_no", "value_format_wrong", new("身份证号中的出生日期不存在", "date inside the resident id does not exist"), e => e with { ResidentId = ImpossibleDate(e.ResidentId!) }),
        new("region_code", "value_format_wrong", new("行政区划代码位数不对", "division code has a wrong length"), e => e with { Region = e.Region![..5] }),
        new("name", "value_too_long", new("企业名称超长", "name is too long"), e => e with { Name = string.Concat(Enumerable.Repeat(e.Name, 12)) }),
        new("legal_rep", "value_required", new("缺少法定代表人", "legal representative is missing"), e => e with { LegalRepresentative = null }),
        new("phone", "value_format_wrong", new("手机号码格式错误", "mobile number is malformed"), e => e with { Phone = "0571-8765432" }),
        new("reg_capital", "value_too_small", new("注册资本为负数", "registered capital is negative"), e => e with { Capital = -50m }),
        new("reg_capital", "value_not_multiple", new("注册资本小数位过多", "registered capital has too many decimals"), e => e with { Capital = 100.1234m }),
        new("status", "value_not_in_enum", new("登记状态不在代码表中", "status is not in the code list"), e => e with { Status = 9 }),
        new("name", "value_too_short", new("企业名称为空", "name is empty"), e => e with { Name = "" }),
        new("id_no", "value_required", new("缺少证件号", "resident id is missing"), e => e with { ResidentId = null }),
        new("legal_rep", "value_too_short", new("法定代表人只有一个字", "legal representative has one character"), e => e with { LegalRepresentative = e.LegalRepresentative![..1] }),
    ];

    public static int Count(int enterprises) => Math.Min(enterprises, Math.Max(Kinds.Length, enterprises / OneIn));

    /// <summary>Which kind of damage row <paramref name="index"/> of <paramref name="enterprises"/> gets, or null for none.</summary>
    public static int? KindOf(int index, int enterprises)
    {
        var step = enterprises / Count(enterprises);
        return index % step == step / 2 && index / step < Count(enterprises) ? index / step % Kinds.Length : null;
    }

    public static (Enterprise Row, BrokenRow Broken) Break(Enterprise row, int kind)
    {
        var broken = Kinds[kind];
        return (broken.Spoil(row), new BrokenRow(row.Uscc, broken.Field, broken.Rule, broken.Text));
    }

    private static string WrongCheck(string id) => id[..17] + (id[17] == '1' ? '2' : '1');

    private static string ImpossibleDate(string id)
    {
        var first17 = id[..10] + "0230" + id[14..17];
        return first17 + CheckCharacters.ResidentId(first17);
    }

    private sealed record Kind(string Field, string Rule, Bilingual Text, Func<Enterprise, Enterprise> Spoil);
}
