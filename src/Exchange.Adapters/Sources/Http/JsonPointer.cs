namespace Exchange.Adapters.Sources.Http;

/// <summary>A JSON Pointer (RFC 6901): the names on the way from the root to one value; places in arrays are numbers from 0.</summary>
internal sealed class JsonPointer
{
    public static readonly JsonPointer Root = new([]);

    private JsonPointer(IReadOnlyList<string> names) => Names = names;

    public IReadOnlyList<string> Names { get; }

    public static JsonPointer Of(params IReadOnlyList<string> names) => new(names);

    /// <summary>Reads <c>/data/items</c>; an empty text is the root. Null where the text is no pointer.</summary>
    public static JsonPointer? Parse(string text)
    {
        if (text.Length == 0) return Root;
        if (text[0] != '/') return null;
        var names = text[1..].Split('/');
        for (var i = 0; i < names.Length; i++)
        {
            if (Unescape(names[i]) is not { } name) return null;
            names[i] = name;
        }

        return new JsonPointer(names);
    }

    public override string ToString() =>
        string.Concat(Names.Select(n => "/" + n.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)));

    private static string? Unescape(string name)
    {
        for (var at = name.IndexOf('~', StringComparison.Ordinal); at >= 0; at = name.IndexOf('~', at + 1))
            if (at + 1 == name.Length || name[at + 1] is not ('0' or '1')) return null;
        return name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
    }
}
