using System.Globalization;
using Exchange.Contracts.Errors;
using YamlDotNet.RepresentationModel;

namespace Exchange.Adapters.Configuration;

/// <summary>Reads one mapping of the file; what does not fit goes to the findings with its line, and a harmless value stands in for it.</summary>
internal sealed class SectionReader
{
    private readonly YamlMappingNode _node;
    private readonly SettingSection _section;
    private readonly Findings _findings;
    private readonly string _folder;

    public SectionReader(YamlMappingNode node, SettingSection section, Findings findings, string folder)
    {
        (_node, _section, _findings, _folder) = (node, section, findings, folder);
        foreach (var key in node.Children.Keys)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (section.Settings.All(s => s.Name != name)) RefuseUnknown(key.Start.Line, name);
        }
    }

    public long Line => _node.Start.Line;

    public Findings Findings => _findings;

    public string PathOf(Setting setting) => _section.Path.Length == 0 ? setting.Name : $"{_section.Path}.{setting.Name}";

    public bool Has(Setting setting) => Find(setting) is not null;

    public long LineOf(Setting setting) => Find(setting)?.Start.Line ?? Line;

    public string? OptionalText(Setting setting)
    {
        switch (Find(setting))
        {
            case null: return setting.Default;
            case YamlScalarNode { Value: { Length: > 0 } value }: return value;
            case YamlScalarNode: _findings.Invalid(LineOf(setting), PathOf(setting), "it is empty", "内容为空"); return null;
            default: _findings.Invalid(LineOf(setting), PathOf(setting), $"{setting.Type} belongs here", $"此处应为 {setting.Type}"); return null;
        }
    }

    public string RequiredText(Setting setting)
    {
        if (!Has(setting) && setting.Default is null) _findings.Missing(Line, PathOf(setting));
        return OptionalText(setting) ?? "";
    }

    /// <summary>A path, taken from the folder of the adapter file where it is relative.</summary>
    public string? OptionalPath(Setting setting) => OptionalText(setting) is { } text ? Path.GetFullPath(text, _folder) : null;

    public string RequiredPath(Setting setting) => RequiredText(setting) is { Length: > 0 } text ? Path.GetFullPath(text, _folder) : "";

    public int Integer(Setting setting, int minimum, int maximum)
    {
        var text = OptionalText(setting);
        if (text is null) return minimum;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum) return value;
        _findings.Invalid(LineOf(setting), PathOf(setting), $"a whole number from {minimum} to {maximum} belongs here", $"应为 {minimum} 至 {maximum} 的整数");
        return minimum;
    }

    public bool Flag(Setting setting)
    {
        switch (OptionalText(setting))
        {
            case "true": return true;
            case "false" or null: return false;
            default: _findings.Invalid(LineOf(setting), PathOf(setting), "true or false belongs here", "应为 true 或 false"); return false;
        }
    }

    public TimeSpan Duration(Setting setting, TimeSpan minimum, TimeSpan maximum)
    {
        var text = OptionalText(setting);
        if (text is null) return minimum;
        if (DurationText.TryParse(text, out var value) && value >= minimum && value <= maximum) return value;
        _findings.Invalid(LineOf(setting), PathOf(setting),
            $"a duration such as 500ms, 5s, 10m, 1h or 1d, from {DurationText.Write(minimum)} to {DurationText.Write(maximum)}, belongs here",
            $"应为 500ms、5s、10m、1h 或 1d 之类的时长，从 {DurationText.Write(minimum)} 到 {DurationText.Write(maximum)}");
        return minimum;
    }

    /// <summary>An offset from UTC such as <c>+08:00</c>.</summary>
    public TimeSpan Offset(Setting setting)
    {
        var text = RequiredText(setting);
        if (DateTimeOffset.TryParseExact($"2000-01-01T00:00:00{text}", "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)) return moment.Offset;
        _findings.Invalid(LineOf(setting), PathOf(setting), "an offset such as +08:00 belongs here", "应为 +08:00 之类的偏移");
        return TimeSpan.Zero;
    }

    /// <summary>One of the choices; letters in any case.</summary>
    public string Choice(Setting setting, params ReadOnlySpan<string> choices)
    {
        var text = RequiredText(setting);
        foreach (var choice in choices)
            if (choice.Equals(text, StringComparison.OrdinalIgnoreCase)) return choice;
        if (text.Length == 0) return choices[0];
        _findings.Invalid(LineOf(setting), PathOf(setting), $"one of {string.Join(", ", choices.ToArray())} belongs here", $"应为 {string.Join("、", choices.ToArray())} 之一");
        return choices[0];
    }

    /// <summary>A mapping of text to text, in the order written.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Map(Setting setting)
    {
        var node = Find(setting);
        if (node is null) return [];
        var pairs = new List<KeyValuePair<string, string>>();
        if (node is YamlMappingNode map)
        {
            foreach (var (key, value) in map.Children)
            {
                if (key is YamlScalarNode { Value.Length: > 0 } k && value is YamlScalarNode { Value.Length: > 0 } v) pairs.Add(new(k.Value, v.Value));
                else _findings.Invalid(key.Start.Line, PathOf(setting), "text belongs on both sides of the colon", "冒号两边都应为文本");
            }
        }
        else
        {
            _findings.Invalid(node.Start.Line, PathOf(setting), $"{setting.Type} belongs here", $"此处应为 {setting.Type}");
        }

        return pairs;
    }

    public IReadOnlyList<string> List(Setting setting)
    {
        var node = Find(setting);
        if (node is null) return [];
        if (node is YamlSequenceNode list && list.Children.All(c => c is YamlScalarNode { Value.Length: > 0 }))
            return [.. list.Children.Select(c => ((YamlScalarNode)c).Value!)];
        _findings.Invalid(node.Start.Line, PathOf(setting), "a list of text belongs here", "应为文本列表");
        return [];
    }

    public SectionReader? Section(Setting setting, SettingSection section)
    {
        switch (Find(setting))
        {
            case null: return null;
            case YamlMappingNode map: return new SectionReader(map, section, _findings, _folder);
            default: _findings.Invalid(LineOf(setting), PathOf(setting), "a group of settings belongs here", "应为一组设置"); return null;
        }
    }

    private YamlNode? Find(Setting setting)
    {
        foreach (var (key, value) in _node.Children)
        {
            if (key is YamlScalarNode scalar && scalar.Value == setting.Name)
                return value is YamlScalarNode { Value: "" or "~" or "null", Style: YamlDotNet.Core.ScalarStyle.Plain } ? null : value;
        }

        return null;
    }

    private void RefuseUnknown(long line, string name)
    {
        var path = _section.Path.Length == 0 ? name : $"{_section.Path}.{name}";
        var nearest = NearestName.Of(name, _section.Settings.Select(s => s.Name));
        if (nearest is null) _findings.Add(line, ErrorCodes.SettingUnknown, ("setting", path));
        else _findings.Add(line, ErrorCodes.SettingUnknownNear, ("setting", path), ("nearest", nearest));
    }
}
