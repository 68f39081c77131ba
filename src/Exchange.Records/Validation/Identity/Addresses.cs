using System.Buffers;

namespace Exchange.Records.Validation.Identity;

/// <summary>Email address: a dot-atom, an at sign and a host name (RFC 5321 lengths). Quoted local parts and address literals are refused.</summary>
internal static class EmailAddress
{
    private static readonly SearchValues<byte> Atom = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~."u8);
    private static readonly SearchValues<byte> Label = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"u8);

    public static bool IsValid(ReadOnlySpan<byte> value)
    {
        var at = value.LastIndexOf((byte)'@');
        if (at is < 1 or > 64 || value.Length > 254) return false;
        var local = value[..at];
        return !local.ContainsAnyExcept(Atom) && local[0] != '.' && local[^1] != '.' && local.IndexOf(".."u8) < 0 && IsHost(value[(at + 1)..]);
    }

    private static bool IsHost(ReadOnlySpan<byte> host)
    {
        if (host.Length is 0 or > 253) return false;
        foreach (var range in host.Split((byte)'.'))
        {
            var label = host[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-' || label.ContainsAnyExcept(Label)) return false;
        }

        return true;
    }
}

/// <summary>Absolute URI (RFC 3986): scheme, colon, and characters that a URI may hold, with complete percent escapes.</summary>
internal static class AbsoluteUri
{
    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%"u8);

    public static bool IsValid(ReadOnlySpan<byte> value)
    {
        var colon = value.IndexOf((byte)':');
        if (colon < 1 || colon == value.Length - 1 || !char.IsAsciiLetter((char)value[0])) return false;
        foreach (var c in value[..colon])
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'+' or (byte)'-' or (byte)'.')) return false;
        }

        var rest = value[(colon + 1)..];
        if (rest.ContainsAnyExcept(Allowed) || rest.Count((byte)'#') > 1) return false;
        for (var at = rest.IndexOf((byte)'%'); at >= 0;)
        {
            if (at + 2 >= rest.Length || !char.IsAsciiHexDigit((char)rest[at + 1]) || !char.IsAsciiHexDigit((char)rest[at + 2])) return false;
            rest = rest[(at + 3)..];
            at = rest.IndexOf((byte)'%');
        }

        return BracketsHoldAHost(value[(colon + 1)..]);
    }

    // Square brackets may only hold an address in the authority.
    private static bool BracketsHoldAHost(ReadOnlySpan<byte> rest)
    {
        var open = rest.IndexOf((byte)'[');
        var close = rest.LastIndexOf((byte)']');
        if (open < 0 && close < 0) return true;
        if (!rest.StartsWith("//"u8) || open < 0 || close < open || rest.Count((byte)'[') + rest.Count((byte)']') != 2) return false;
        var end = rest[2..].IndexOfAny((byte)'/', (byte)'?', (byte)'#');
        return end < 0 || close < end + 2;
    }
}
