using System.Globalization;

namespace Exchange.Adapters.Sources.Http;

/// <summary>Marks of change as APIs write them: whole numbers, or times whose text sorts like they do.</summary>
internal static class MarkText
{
    private const int DigitsOfMilliseconds = 13;
    private static readonly string[] Local = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.fff", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.fff"];
    private static readonly string[] Zoned = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.fffK", "yyyy-MM-ddTHH:mm:ss.ffffffK"];

    /// <summary>Whole numbers by size, everything else character by character.</summary>
    public static int Compare(string a, string b) =>
        TryWhole(a, out var x) && TryWhole(b, out var y) ? x.CompareTo(y) : string.CompareOrdinal(a, b);

    /// <summary>
    /// The mark that lies <paramref name="overlap"/> earlier, written the same way: of times, and of whole numbers taken as milliseconds (13 digits and more) or seconds since 1970.
    /// A mark of another kind is returned as it is.
    /// </summary>
    public static string Before(string mark, TimeSpan overlap)
    {
        if (overlap <= TimeSpan.Zero) return mark;
        if (TryWhole(mark, out var number))
        {
            var length = mark.Length >= DigitsOfMilliseconds ? TimeSpan.TicksPerMillisecond : TimeSpan.TicksPerSecond;
            return Math.Max(0, number - (overlap.Ticks / length)).ToString(CultureInfo.InvariantCulture);
        }

        foreach (var form in Zoned)
        {
            if (!DateTimeOffset.TryParseExact(mark, form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) || moment.Ticks < overlap.Ticks) continue;
            var text = (moment - overlap).ToString(form, CultureInfo.InvariantCulture);
            return mark.EndsWith('Z') ? text.Replace("+00:00", "Z", StringComparison.Ordinal) : text;
        }

        foreach (var form in Local)
        {
            if (DateTime.TryParseExact(mark, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && time.Ticks >= overlap.Ticks)
                return (time - overlap).ToString(form, CultureInfo.InvariantCulture);
        }

        return mark;
    }

    private static bool TryWhole(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
