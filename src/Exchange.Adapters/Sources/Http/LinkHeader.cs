namespace Exchange.Adapters.Sources.Http;

/// <summary>Reads <c>Link</c> headers (RFC 8288).</summary>
internal static class LinkHeader
{
    /// <summary>The target of the first link whose relation is <c>next</c>; null where there is none. What is malformed is passed over.</summary>
    public static string? Next(IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            var rest = value.AsSpan();
            while (TakeLink(ref rest, out var target, out var relation))
            {
                if (relation.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains("next", StringComparer.OrdinalIgnoreCase)) return target;
            }
        }

        return null;
    }

    private static bool TakeLink(ref ReadOnlySpan<char> rest, out string target, out string relation)
    {
        (target, relation) = ("", "");
        var open = rest.IndexOf('<');
        if (open < 0) return false;
        rest = rest[(open + 1)..];
        var close = rest.IndexOf('>');
        if (close < 0) return false;
        target = rest[..close].ToString();
        rest = rest[(close + 1)..];
        while (TakeParameter(ref rest, out var name, out var value))
        {
            // The first relation counts, as the RFC has it.
            if (relation.Length == 0 && name.Equals("rel", StringComparison.OrdinalIgnoreCase)) relation = value;
        }

        return true;
    }

    // "; name=value" or "; name=\"value\""; stops before the comma that ends the link.
    private static bool TakeParameter(ref ReadOnlySpan<char> rest, out string name, out string value)
    {
        (name, value) = ("", "");
        rest = rest.TrimStart(" \t");
        if (rest.Length == 0 || rest[0] != ';') return false;
        rest = rest[1..].TrimStart(" \t");
        var end = rest.IndexOfAny("=;,");
        if (end < 0) end = rest.Length;
        name = rest[..end].Trim().ToString();
        rest = rest[end..];
        if (rest.Length == 0 || rest[0] != '=') return true;
        rest = rest[1..].TrimStart(" \t");
        value = rest.Length > 0 && rest[0] == '"' ? TakeQuoted(ref rest) : TakeToken(ref rest);
        return true;
    }

    private static string TakeToken(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(";,");
        if (end < 0) end = rest.Length;
        var token = rest[..end].Trim().ToString();
        rest = rest[end..];
        return token;
    }

    private static string TakeQuoted(ref ReadOnlySpan<char> rest)
    {
        var text = new System.Text.StringBuilder();
        var at = 1;
        for (; at < rest.Length && rest[at] != '"'; at++)
        {
            if (rest[at] == '\\' && at + 1 < rest.Length) at++;
            text.Append(rest[at]);
        }

        rest = rest[Math.Min(rest.Length, at + 1)..];
        return text.ToString();
    }
}
