using System.Buffers;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;

namespace Exchange.Adapters.Inventory;

/// <summary>What a value may be, by its look: the exchange's own validators, the check digit of bank cards, and the form of Chinese personal names.</summary>
internal static class ValueTests
{
    public const string ResidentId = "cn-resident-id";
    public const string Mobile = "cn-mobile";
    public const string Uscc = "cn-uscc";
    public const string Plate = "cn-plate";
    public const string Division = "cn-division";
    public const string Email = "email";

    /// <summary>13 to 19 digits whose last is right by Luhn; one number in ten is so by chance.</summary>
    public const string BankCard = "bank-card";

    /// <summary>Two to four Han characters, the first of them a common surname.</summary>
    public const string PersonName = "person-name";

    private const int MostCharacters = 100;

    private static readonly string[] s_formats = [ResidentId, Mobile, Uscc, Plate, Division, Email];

    private static readonly RowValidator s_validator = RowValidator.Compile(ResourceSchema.Parse(FormatsSchema()).Value);

    private static readonly SearchValues<char> s_surnames = SearchValues.Create(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧司上诸");

    /// <summary>The names of the tests that a value passes.</summary>
    public static IReadOnlyList<string> Passed(string value)
    {
        if (value.Length is 0 or > MostCharacters) return [];
        var failed = Failed(value);
        var passed = s_formats.Where(f => !failed.Contains(f)).ToList();
        if (IsCardNumber(value)) passed.Add(BankCard);
        if (IsPersonName(value)) passed.Add(PersonName);
        return passed;
    }

    private static string FormatsSchema()
    {
        var fields = s_formats.Select((format, i) => $$$"""
            "f{{{i}}}": {"type": "string", "format": "{{{format}}}", "x-exchange": {"key": {{{(i == 0 ? "true" : "false")}}} }}
            """);
        return $$$"""{"type": "object", "required": ["f0"], "properties": { {{{string.Join(',', fields)}}} }}""";
    }

    private static HashSet<string> Failed(string value)
    {
        var row = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(row);
        writer.StartRow(s_formats.Length);
        for (var i = 0; i < s_formats.Length; i++) writer.WriteText(value);
        var violations = new List<Violation>();
        s_validator.Check(row.WrittenSpan, 0, violations, out _);
        // A wrong check character counts although some early credit codes have one; a letter's case does not.
        return violations.Where(v => v.Field is not null && v.Code != ErrorCodes.ValueLetterCase).Select(v => s_formats[v.Field![1] - '0']).ToHashSet(StringComparer.Ordinal);
    }

    private static bool IsCardNumber(string value)
    {
        if (value.Length is < 13 or > 19 || !value.All(char.IsAsciiDigit) || value.All(c => c == value[0])) return false;
        var sum = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var digit = value[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
        }

        return sum % 10 == 0;
    }

    private static bool IsPersonName(string value) => value.Length is >= 2 and <= 4 && s_surnames.Contains(value[0]) && value.All(c => c is >= '\u4E00' and <= '\u9FFF');
}
