using System.Text;

namespace Exchange.Contracts.Errors;

/// <summary>One finding inside an error: where it is and which rule it breaks.</summary>
/// <param name="Pointer">JSON Pointer (RFC 6901) into what was sent, or a line reference such as <c>line 12</c> for files.</param>
/// <param name="Code">The rule that is broken.</param>
/// <param name="Data">Fills the placeholders of the rule's text.</param>
public sealed record ErrorDetail(string Pointer, ErrorCode Code, IReadOnlyDictionary<string, string> Data)
{
    public string Text(Language language) => ErrorText.Render(Code, Data, language);
}

/// <summary>An expected failure, carried as a value. Bugs and lost infrastructure are exceptions instead.</summary>
/// <param name="Code">The entry of the error catalogue.</param>
/// <param name="Data">Fills the placeholders of the text. Never holds a record's values or a secret. Where a value is prose, <c>name</c> is its English
/// and <c>name:zh</c> its Chinese form.</param>
/// <param name="Details">All findings, when there are several.</param>
public sealed record Error(ErrorCode Code, IReadOnlyDictionary<string, string> Data, IReadOnlyList<ErrorDetail> Details)
{
    public string Text(Language language) => ErrorText.Render(Code, Data, language);

    public override string ToString()
    {
        var text = new StringBuilder().Append(Code.Name).Append(": ").Append(Text(Language.En));
        foreach (var detail in Details)
            text.Append("; ").Append(detail.Pointer).Append(' ').Append(detail.Code.Name).Append(": ").Append(detail.Text(Language.En));
        return text.ToString();
    }
}

/// <summary>The two languages of every text that a user sees.</summary>
public enum Language
{
    Zh,
    En,
}

internal static class ErrorText
{
    public static string Render(ErrorCode code, IReadOnlyDictionary<string, string> data, Language language)
    {
        var text = language == Language.Zh ? code.Zh : code.En;
        if (data.Count == 0) return text;
        var rendered = new StringBuilder(text);
        foreach (var (name, value) in data)
            rendered.Replace("{" + name + "}", language == Language.Zh && data.TryGetValue(name + ":zh", out var zh) ? zh : value);
        return rendered.ToString();
    }
}
