using Exchange.Contracts.Errors;

namespace Exchange.Standalone;

/// <summary>A text for the reader in both languages.</summary>
internal readonly record struct Bilingual(string Zh, string En)
{
    public string In(Language language) => language == Language.Zh ? Zh : En;
}
