using System.IO.Enumeration;

namespace Exchange.Adapters.Sources.Files;

/// <summary>What tells that a file is complete.</summary>
internal enum FileReadiness
{
    /// <summary>Its size and times have not changed for the settling time.</summary>
    Settled,

    /// <summary>A file of the same name with <c>.done</c> at its end stands beside it.</summary>
    DoneMarker,
}

/// <summary>A folder whose files are published.</summary>
/// <param name="Path">The folder itself; folders in it are not looked into.</param>
/// <param name="Pattern">File names, with <c>*</c> and <c>?</c>, several with a semicolon between them.</param>
internal sealed record FolderModel(string Path, string Pattern, FileReadiness Readiness, TimeSpan Settle, TimeSpan Interval)
{
    /// <summary>A test whether a file name fits, letters in any case.</summary>
    public Func<string, bool> NameTest()
    {
        var patterns = Pattern.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return name => Array.Exists(patterns, p => FileSystemName.MatchesSimpleExpression(p, name, ignoreCase: true));
    }
}
