using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Exchange.Adapters.Inventory;

/// <summary>Makes names of the exchange out of names of the database, which may hold anything. The same names come out for the same names. Pure.</summary>
internal static partial class DraftNames
{
    private const int LongestResource = 40;
    private const int MostFieldBytes = 50;

    private static readonly HashSet<string> s_reserved = new(StringComparer.Ordinal) { "select", "order", "limit", "cursor", "and", "or", "not" };

    /// <summary>A name for each table, by its place: lower-case letters, digits and single underscores, at most 40. A name without any such character becomes <c>t_</c> and part of its hash.</summary>
    public static IReadOnlyList<string> Resources(IEnumerable<string> tables)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return [.. tables.Select(t => Free(ResourceName(t), taken, (name, suffix) => name[..Math.Min(name.Length, LongestResource - suffix.Length)].TrimEnd('_') + suffix))];
    }

    /// <summary>A field for each column, by its place: the column's own name where that is a good one.</summary>
    public static IReadOnlyList<string> Fields(IReadOnlyList<string> columns)
    {
        // What keeps its own name keeps it, whatever the others are called.
        var taken = columns.Where(c => FieldName(c) == c).ToHashSet(StringComparer.Ordinal);
        return [.. columns.Select(c => FieldName(c) is var name && name == c ? c : Free(name, taken, (n, suffix) => Cut(n, MostFieldBytes - suffix.Length) + suffix))];
    }

    private static string ResourceName(string table)
    {
        var parted = Humps().Replace(table, "_").ToLowerInvariant();
        var name = Others().Replace(parted, "_").Trim('_');
        if (name.Length == 0) return $"t_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(table)))[..8]}";
        if (char.IsAsciiDigit(name[0])) name = $"t_{name}";
        return name.Length <= LongestResource ? name : name[..LongestResource].TrimEnd('_');
    }

    private static string FieldName(string column)
    {
        var name = new StringBuilder();
        foreach (var rune in column.EnumerateRunes())
        {
            var isLetter = Rune.IsLetter(rune);
            if (name.Length == 0 && !isLetter) name.Append("f_");
            if (isLetter || rune.Value == '_' || Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber) name.Append(rune.ToString());
            else if (name[^1] != '_') name.Append('_');
        }

        var cut = Cut(name.ToString(), MostFieldBytes);
        return s_reserved.Contains(cut) ? $"{cut}_" : cut;
    }

    private static string Free(string name, HashSet<string> taken, Func<string, string, string> with)
    {
        var free = name;
        for (var number = 2; !taken.Add(free); number++) free = with(name, $"_{number.ToString(CultureInfo.InvariantCulture)}");
        return free;
    }

    private static string Cut(string text, int bytes)
    {
        var end = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bytes -= rune.Utf8SequenceLength;
            if (bytes < 0) break;
            end += rune.Utf16SequenceLength;
        }

        return text[..end];
    }

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Humps();

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Others();
}
