using System.Text.Json.Nodes;
using Exchange.Contracts.Messages.V1;
using Exchange.Standalone.Departments;
using Exchange.Standalone.Sample;

namespace Exchange.Standalone.Demonstration;

/// <summary>Chapter 4: part of a resource is granted, and exactly that part arrives.</summary>
internal static class GrantAndReceive
{
    public static readonly string[] Fields = ["uscc", "name", "legal_rep", "id_no", "established", "status", "region_code", "scope"];
    public static async Task RunAsync(Stage stage, CancellationToken cancellation)
    {
        stage.Narrator.Chapter(4, new(
            "政务服务中心获得部分授权：12 个字段中的 8 个，姓名与证件号脱敏，仅一个城市",
            "The Service Centre is granted part of it: 8 of 12 fields, names and ids masked, one city"));
        stage.EnterpriseGrant = await GrantEnterprisesAsync(stage, cancellation);
        await GrantDivisionsAsync(stage, cancellation);
        await stage.Adapters.StartEnterpriseSinkAsync(stage.RequireConsumer().Credentials, cancellation);
        await stage.Adapters.StartDivisionSinkAsync(stage.RequireConsumer().Credentials, cancellation);

        var source = await stage.MarketRegulation.GrantedSliceAsync(cancellation);
        var divisions = Fingerprint.Of(stage.CivilAffairs.Divisions.Select(d => d.Canonical));
        await stage.Narrator.WorkAsync(
            new Work(new("企业信息落入服务中心自己的表", "enterprises land in the centre's own table"), _ => Arrival.AwaitAsync(stage, stage.ServiceCentre.EnterprisesAsync, source, cancellation)),
            new Work(new("行政区划落入服务中心自己的表", "divisions land in the centre's own table"), _ => Arrival.AwaitAsync(stage, stage.ServiceCentre.DivisionsAsync, divisions, cancellation)));

        stage.Checks.Equal(
            "slice.store", new("授权切片：来源 = 库内（行数 / 校验和）", "granted slice: source = store (rows / checksum)"), source, await stage.Store.GrantedSliceAsync(cancellation));
        stage.Checks.Equal(
            "slice.consumer", new("授权切片：来源 = 使用方自有表", "granted slice: source = the consumer's own table"), source, await stage.ServiceCentre.EnterprisesAsync(cancellation));
        stage.Checks.Equal(
            "divisions.consumer", new("行政区划：文件 = 使用方自有表", "divisions: file = the consumer's own table"), divisions, await stage.ServiceCentre.DivisionsAsync(cancellation));
        stage.Checks.Equal(
            "slice.columns", new("使用方只得到获授权的字段", "the consumer has the granted fields only"),
            Sorted(Fields), Sorted((await stage.ServiceCentre.ColumnsAsync(cancellation)).Split(',')));
        await UseGrant.RunAsync(stage, cancellation);
    }

    /// <summary>Grants the city's enterprises; answers with the grant's id.</summary>
    public static async Task<string> GrantEnterprisesAsync(Stage stage, CancellationToken cancellation)
    {
        var fields = new JsonArray();
        foreach (var field in Fields)
        {
            fields.Add(new JsonObject
            {
                ["name"] = field,
                ["mask"] = field switch { "legal_rep" => Masks.Name, "id_no" => Masks.Id, _ => null },
            });
        }

        return await GrantAsync(
            stage, MarketRegulation.Resource, fields, $"region_code=like.{EnterpriseMaker.City}*", [.. GrantMethods.All], ["legal_rep", "id_no"],
            "《优化营商环境条例》第三十七条", cancellation);
    }

    private static async Task GrantDivisionsAsync(Stage stage, CancellationToken cancellation)
    {
        var fields = new JsonArray();
        foreach (var field in (string[])["code", "name", "level", "parent"]) fields.Add(new JsonObject { ["name"] = field, ["mask"] = null });
        await GrantAsync(stage, CivilAffairs.Resource, fields, null, [GrantMethods.Records, GrantMethods.Changes, GrantMethods.Lookup], [], "《行政区划管理条例》第四条", cancellation);
    }

    private static async Task<string> GrantAsync(
        Stage stage, string resource, JsonArray fields, string? filter, JsonNode[] methods, JsonNode[] verify, string basis, CancellationToken cancellation)
    {
        var now = stage.Clock.GetUtcNow();
        var grant = await stage.Bureau.CommandAsync("/v1/grants", new JsonObject
        {
            ["consumer"] = ServiceCentre.Code,
            ["resource"] = resource,
            ["purpose"] = RegisterDepartments.Purpose,
            ["legalBasis"] = basis,
            ["fields"] = fields,
            ["rowFilter"] = filter,
            ["methods"] = new JsonArray(methods),
            ["verifyFields"] = new JsonArray(verify),
            ["caseRequired"] = false,
            ["validFrom"] = now.AddMinutes(-1).ToString("O"),
            ["validUntil"] = now.AddDays(30).ToString("O"),
        }, cancellation);
        return grant["grant"]!.GetValue<string>();
    }

    private static string Sorted(IEnumerable<string> names) => string.Join(",", names.Order(StringComparer.Ordinal));
}
