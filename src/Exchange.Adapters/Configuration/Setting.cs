namespace Exchange.Adapters.Configuration;

/// <summary>One setting of an adapter file, described where it is declared; <c>docs/configuration.md</c> is generated from it.</summary>
/// <param name="Name">Key in the YAML file.</param>
/// <param name="Type">What may be written, in words.</param>
/// <param name="Default">What holds where the key is absent; null where it is required or has no default.</param>
/// <param name="Zh">Meaning in Chinese.</param>
/// <param name="En">Meaning in English.</param>
internal sealed record Setting(string Name, string Type, string? Default, string Zh, string En);

/// <summary>A group of settings: one mapping of the YAML file.</summary>
/// <param name="Path">Where it stands in the file, such as <c>source.csv</c>; empty for the file itself.</param>
internal sealed record SettingSection(string Path, string Zh, string En, IReadOnlyList<Setting> Settings);
