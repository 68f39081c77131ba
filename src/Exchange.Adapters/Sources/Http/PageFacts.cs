namespace Exchange.Adapters.Sources.Http;

/// <summary>What an answer says beside its rows, as texts; null where it says nothing.</summary>
internal sealed class PageFacts
{
    /// <summary>The address or cursor of the next page.</summary>
    public string? Next { get; set; }

    public string? More { get; set; }

    public string? Total { get; set; }

    public string? Status { get; set; }

    /// <summary>The cursor to ask for changes with.</summary>
    public string? Cursor { get; set; }

    /// <summary>Whether the rows' array was found.</summary>
    public bool HasRows { get; set; }

    /// <summary>Rows in the answer, those that say they are deleted included.</summary>
    public long Rows { get; set; }
}

/// <summary>A page that was read.</summary>
/// <param name="Digest">SHA-256 of its tuples, lower-case hexadecimal.</param>
/// <param name="Links">The answer's headers <c>Link</c>.</param>
internal sealed record HttpPage(PageFacts Facts, string Digest, IReadOnlyList<string> Links);
