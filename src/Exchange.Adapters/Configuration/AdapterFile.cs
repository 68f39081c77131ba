using System.Text.RegularExpressions;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Errors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Exchange.Adapters.Configuration;

/// <summary>Reads and checks adapter files.</summary>
public static partial class AdapterFile
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>
    /// Reads an adapter file. Collects all findings: fails with <see cref="ErrorCodes.ConfigurationInvalid"/>, each detail pointing at its line.
    /// Paths in the file are taken from the file's folder.
    /// </summary>
    public static async Task<Result<AdapterModel>> LoadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes) return Unreadable(path, $"the file is larger than {MaxBytes} bytes", $"文件大于 {MaxBytes} 字节");
            var text = await File.ReadAllTextAsync(path, cancellation);
            return Parse(text, Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unreadable(path, e.Message, e.Message);
        }
    }

    internal static Result<AdapterModel> Parse(string text, string folder)
    {
        var findings = new Findings();
        var model = ReadDocument(text, folder, findings);
        return model is null || findings.Count > 0 ? findings.ToError() : model;
    }

    private static AdapterModel? ReadDocument(string text, string folder, Findings findings)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            findings.Invalid(e.Start.Line, "YAML", e.Message, e.Message);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet gives up so, without a place, on some texts that are no YAML.
            findings.Invalid(1, "YAML", "the text is not YAML", "文本不是 YAML");
            return null;
        }

        if (stream.Documents.Count == 1 && stream.Documents[0].RootNode is YamlMappingNode root)
            return ReadAdapter(new SectionReader(root, AdapterSettings.File, findings, folder));
        findings.Invalid(1, "YAML", "one document with settings belongs here", "应为一个含设置的文档");
        return null;
    }

    private static AdapterModel? ReadAdapter(SectionReader file)
    {
        var name = file.RequiredText(AdapterSettings.Name);
        if (name.Length > 0 && !NameForm().IsMatch(name))
        {
            file.Findings.Invalid(file.LineOf(AdapterSettings.Name), "adapter",
                "2 to 63 lower-case letters, digits and hyphens, beginning with a letter", "应为 2 至 63 个小写字母、数字和连字符，以字母开头");
        }

        var source = file.Section(AdapterSettings.Source, AdapterSettings.SourceSection);
        if (source is null)
        {
            if (!file.Has(AdapterSettings.Source)) file.Findings.Missing(file.Line, "source");
            return null;
        }

        ExpectOne(source, AdapterSettings.SourceSection);
        return source.Has(AdapterSettings.SourceExchange) ? ReadReceiving(file, source, name) : ReadPublishing(file, source, name);
    }

    private static PublishingAdapter? ReadPublishing(SectionReader file, SectionReader source, string name)
    {
        Refuse(file, AdapterSettings.Sink, "a publishing adapter has no sink", "发布适配器没有 sink");
        var bus = file.Section(AdapterSettings.Bus, BusSettings.Section) is { } section ? BusSettings.Read(section) : null;
        var batches = BatchSettings.Read(file.Section(AdapterSettings.Batches, BatchSettings.Section));
        if (file.Section(AdapterSettings.Resource, ResourceSettings.Section) is not { } resourceSection)
        {
            if (!file.Has(AdapterSettings.Resource)) file.Findings.Missing(file.Line, "resource");
            return null;
        }

        var (resource, schema) = ResourceSettings.Read(resourceSection);
        var model = Connectors.ReadSource(source, schema);
        return model is null ? null : new PublishingAdapter(name, bus, resource, model, batches);
    }

    private static ReceivingAdapter? ReadReceiving(SectionReader file, SectionReader source, string name)
    {
        Refuse(file, AdapterSettings.Resource, "an adapter with the source exchange publishes no resource", "来源为 exchange 的适配器不发布数据资源");
        Refuse(file, AdapterSettings.Bus, "an adapter with the source exchange talks to the gateway only", "来源为 exchange 的适配器只访问网关");
        Refuse(file, AdapterSettings.Batches, "an adapter with the source exchange publishes no batches", "来源为 exchange 的适配器不发布批次");
        var exchange = source.Section(AdapterSettings.SourceExchange, ExchangeSourceSettings.Section);
        var sinks = file.Section(AdapterSettings.Sink, AdapterSettings.SinkSection);
        if (sinks is null && !file.Has(AdapterSettings.Sink)) file.Findings.Missing(file.Line, "sink");
        if (sinks is not null) ExpectOne(sinks, AdapterSettings.SinkSection);
        var sink = sinks?.Section(AdapterSettings.SinkPostgres, PostgresSinkSettings.Section);
        var sourceModel = exchange is null ? null : ExchangeSourceSettings.Read(exchange);
        var sinkModel = sink is null ? null : PostgresSinkSettings.Read(sink);
        return sourceModel is null || sinkModel is null ? null : new ReceivingAdapter(name, sourceModel, sinkModel);
    }

    private static void ExpectOne(SectionReader reader, SettingSection section)
    {
        var present = section.Settings.Where(reader.Has).ToList();
        if (present.Count == 0) reader.Findings.Missing(reader.Line, string.Join(" | ", section.Settings.Select(reader.PathOf)));
        foreach (var surplus in present.Skip(1))
            reader.Findings.Invalid(reader.LineOf(surplus), reader.PathOf(surplus), $"{present[0].Name} is set too; exactly one belongs here", $"已设置 {present[0].Name}，只能设置一种");
    }

    private static void Refuse(SectionReader file, Setting setting, string reason, string reasonZh)
    {
        if (file.Has(setting)) file.Findings.Invalid(file.LineOf(setting), setting.Name, reason, reasonZh);
    }

    private static Error Unreadable(string path, string reason, string reasonZh)
    {
        var findings = new Findings();
        findings.Invalid(0, path, reason, reasonZh);
        return findings.ToError();
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{1,62}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex NameForm();
}
