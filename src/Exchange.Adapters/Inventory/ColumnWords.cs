using System.Text;

namespace Exchange.Adapters.Inventory;

/// <summary>Takes the names of columns apart: <c>legalRep_idCard2</c> is legal, rep, id, card.</summary>
internal static class ColumnWords
{
    private const int MostJoined = 4;

    /// <summary>Every run of up to four neighbouring parts, joined, in lower case. Whole parts only: <c>idle</c> holds no <c>id</c>.</summary>
    public static HashSet<string> Runs(string name)
    {
        var parts = Parts(name);
        var runs = new HashSet<string>(StringComparer.Ordinal);
        for (var from = 0; from < parts.Count; from++)
            for (var count = 1; count <= MostJoined && from + count <= parts.Count; count++) runs.Add(string.Concat(parts.Skip(from).Take(count)));
        return runs;
    }

    private static List<string> Parts(string name)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            var begins = char.IsAsciiLetterUpper(c) && i > 0 && (char.IsAsciiLetterLower(name[i - 1]) || (i + 1 < name.Length && char.IsAsciiLetterUpper(name[i - 1]) && char.IsAsciiLetterLower(name[i + 1])));
            if ((!char.IsAsciiLetter(c) || begins) && part.Length > 0)
            {
                parts.Add(part.ToString());
                part.Clear();
            }

            if (char.IsAsciiLetter(c)) part.Append(char.ToLowerInvariant(c));
        }

        if (part.Length > 0) parts.Add(part.ToString());
        return parts;
    }
}
