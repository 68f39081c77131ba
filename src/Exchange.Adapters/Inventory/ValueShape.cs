using System.Globalization;
using System.Text;

namespace Exchange.Adapters.Inventory;

/// <summary>
/// What a value looks like when nothing of it is left: each letter, digit and Han character stands for all of its kind. <c>11010519491231002X</c> has the shape <c>9×17 A</c>.
/// </summary>
internal static class ValueShape
{
    private const int MostRuns = 8;
    private const string Kept = "@.-/:·()（）#+";

    public static string Of(string value)
    {
        var runs = new List<(string Kind, int Count)>();
        foreach (var rune in value.EnumerateRunes())
        {
            var kind = KindOf(rune);
            if (runs.Count > 0 && runs[^1].Kind == kind) runs[^1] = (kind, runs[^1].Count + 1);
            else if (runs.Count == MostRuns) return Write(runs) + " …";
            else runs.Add((kind, 1));
        }

        return runs.Count == 0 ? "∅" : Write(runs);
    }

    private static string Write(List<(string Kind, int Count)> runs) =>
        string.Join(' ', runs.Select(r => r.Count == 1 ? r.Kind : string.Create(CultureInfo.InvariantCulture, $"{r.Kind}×{r.Count}")));

    private static string KindOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.DecimalDigitNumber => "9",
        UnicodeCategory.UppercaseLetter => "A",
        UnicodeCategory.LowercaseLetter => "a",
        UnicodeCategory.OtherLetter => "字",
        _ when Kept.Contains(rune.ToString(), StringComparison.Ordinal) => rune.ToString(),
        _ when Rune.IsWhiteSpace(rune) => "␣",
        _ => "?",
    };
}
