using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Exchange.Hosting.Configuration;

/// <param name="Source">Where the section is bound from; not always the host's own configuration.</param>
internal sealed record KnownSection(IConfiguration Source, string Path, Type Options);

/// <summary>Exists to be validated when the host starts.</summary>
internal sealed class SettingsReview;

/// <summary>A misspelt setting must not be taken for an absent one.</summary>
internal sealed class UnknownSettings(IEnumerable<KnownSection> sections) : IValidateOptions<SettingsReview>
{
    private static readonly StringComparer Keys = StringComparer.OrdinalIgnoreCase;

    public ValidateOptionsResult Validate(string? name, SettingsReview options)
    {
        var known = sections.ToLookup(s => s.Path, s => s.Options, Keys);
        var unknown = sections.Select(s => (s.Source, Root: s.Path.Split(ConfigurationPath.KeyDelimiter)[0]))
            .DistinctBy(s => (s.Source, s.Root.ToUpperInvariant()))
            .SelectMany(s => Unknown(s.Source.GetSection(s.Root), known))
            .Distinct(Keys)
            .ToArray();
        return unknown.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(unknown.Select(path => $"Unknown setting '{path}'"));
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, ILookup<string, Type> known)
    {
        var properties = known[section.Path].SelectMany(t => t.GetProperties(BindingFlags.Public | BindingFlags.Instance)).ToLookup(p => p.Name, Keys);
        foreach (var child in section.GetChildren())
        {
            var isSection = known.Any(s => Keys.Equals(s.Key, child.Path) || s.Key.StartsWith(child.Path + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase));
            if (isSection)
            {
                foreach (var path in Unknown(child, known)) yield return path;
            }
            else if (!properties.Contains(child.Key))
            {
                yield return child.Path;
            }
        }
    }
}
