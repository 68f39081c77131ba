using System.Text.Json.Nodes;
using Exchange.Contracts.Errors;
using Exchange.Standalone.Departments;

namespace Exchange.Standalone.Demonstration;

/// <summary>Chapter 3: what the catalogue registered, stored and set aside.</summary>
internal static class InspectStore
{
    public static async Task RunAsync(Stage stage, CancellationToken cancellation)
    {
        stage.Narrator.Chapter(3, new("目录登记资源及其数据结构，入库有效数据，隔离问题数据", "The catalogue registers both with their schemas, stores what is valid and sets the rest aside"));
        await CheckSchemaAsync(stage, CivilAffairs.Resource, 4, cancellation);
        await CheckSchemaAsync(stage, MarketRegulation.Resource, 12, cancellation);

        var file = Fingerprint.Of(stage.CivilAffairs.Divisions.Select(d => d.Canonical));
        stage.Checks.Equal("divisions.stored", new("行政区划：文件 = 库内（行数 / 校验和）", "divisions: file = store (rows / checksum)"), file, await stage.Store.DivisionsAsync(cancellation));
        stage.Checks.Equal(
            "enterprises.stored", new("企业：来源有效行 = 库内（行数 / 校验和）", "enterprises: valid rows at source = store (rows / checksum)"),
            await stage.MarketRegulation.WholeRegisterAsync(cancellation), await stage.Store.RegisterAsync(cancellation));
        await CheckQuarantineAsync(stage, cancellation);
    }

    private static async Task CheckSchemaAsync(Stage stage, string resource, int fields, CancellationToken cancellation)
    {
        var schema = await stage.Bureau.ReadAsync($"/v1/resources/{resource}/schema", cancellation);
        stage.Checks.Equal(
            $"{resource}.registered", new($"{resource}：目录中的字段数", $"{resource}: fields in the catalogue"), fields, schema["properties"]!.AsObject().Count);
    }

    private static async Task CheckQuarantineAsync(Stage stage, CancellationToken cancellation)
    {
        var answer = await stage.Bureau.ReadAsync($"/v1/quarantine/{MarketRegulation.Resource}", cancellation);
        var reasons = answer["items"]!.AsArray()
            .Select(item => item!["reasons"]!.AsArray().Select(ReasonOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            .Select(r => string.Join('+', r))
            .ToList();
        var expected = stage.MarketRegulation.Broken;
        stage.Checks.Equal("quarantine.rows", new("隔离的问题行数", "rows in quarantine"), expected.Count, reasons.Count);
        stage.Checks.Equal(
            "quarantine.reasons", new("隔离原因（字段:规则）与人为损坏一致", "reasons (field:rule) are those that were put in"),
            Summary(expected.Select(b => $"{b.Field}:{b.Rule}")), Summary(reasons));
        stage.Narrator.Show(
            [new("隔离字段", "field set aside"), new("规则", "rule"), new("说明", "what was done to it"), new("行数", "rows")],
            expected.GroupBy(b => (b.Field, b.Rule, b.Kind)).Select(g => new[]
            {
                g.Key.Field, ErrorCodes.ByName[g.Key.Rule].ToString(), g.Key.Kind.In(stage.Narrator.Language), g.Count().ToString("N0"),
            }));
    }

    private static string ReasonOf(JsonNode? reason) => $"{reason!["field"]!.GetValue<string>()}:{reason["code"]!.GetValue<string>()}";

    private static string Summary(IEnumerable<string> reasons) =>
        string.Join(", ", reasons.GroupBy(r => r, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key} ×{g.Count()}"));
}
