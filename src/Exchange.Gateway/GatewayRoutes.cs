using Exchange.Gateway.Audit;
using Exchange.Gateway.Authentication;
using Exchange.Gateway.Catalogue;
using Exchange.Gateway.Changes;
using Exchange.Gateway.Comparisons;
using Exchange.Gateway.Description;
using Exchange.Gateway.Formats;
using Exchange.Gateway.Lookups;
using Exchange.Gateway.Problems;
using Exchange.Gateway.Publishing;
using Exchange.Gateway.Quarantine;
using Exchange.Gateway.Records;
using Exchange.Gateway.Verification;
using Exchange.Hosting.Health;

namespace Exchange.Gateway;

public static class GatewayRoutes
{
    private static readonly string[] PageAndStream = [RowFormats.Json, RowFormats.Ndjson, RowFormats.Csv, RowFormats.Rows];
    private static readonly string[] Changes = [RowFormats.Json, RowFormats.Ndjson, RowFormats.Rows];
    private static readonly string[] Json = [RowFormats.Json];
    private static readonly (string Name, string Text)[] Paging = [("after", "上一页的 next / the page before's next"), ("limit", "1–1000，默认 100 / default 100")];

    /// <summary>Maps the gateway's whole HTTP surface, and before it the step that turns every failure into a problem.</summary>
    public static void MapGateway(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Exchange.Gateway.Problems");
        app.Use(next => http => ProblemEdge.InvokeAsync(http, next, logger));
        app.UseRouting();
        MapAuthentication(app);
        MapAccess(app);
        MapBureau(app);
        MapCatalogue(app);
        MapQuarantine(app);
        MapPublishing(app);
        app.MapGet("/errors/{name}", DescribeError.Handle).DescribeOpen("错误说明", "What an error means");
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapExchangeHealth();
    }

    private static void MapAuthentication(WebApplication app)
    {
        app.MapPost("/oauth/token", IssueToken.HandleAsync).DescribeOpen("获取访问令牌（client_credentials）", "Access token by client credentials");
        app.MapGet("/.well-known/jwks.json", PublishKeys.Handle).DescribeOpen("令牌签名公钥", "Public key of access tokens");
        app.MapGet("/.well-known/oauth-authorization-server", PublishIssuer.Handle).DescribeOpen("授权服务器元数据", "Metadata of the issuer");
    }

    private static void MapAccess(WebApplication app)
    {
        app.MapGet("/v1/data/{resource}", ReadRecords.HandleAsync).DescribeAccess(
            "读取被授权的数据：分页，或（非 JSON 且不带 limit 时）整体快照流", "Granted rows: a page, or without a limit, in other formats than JSON, all of them as one snapshot stream", PageAndStream,
            ("select", "字段，逗号分隔 / fields, separated by commas"), ("order", "field.asc,field.desc"), ("limit", "1–1000，JSON 默认 100 / JSON: default 100"),
            ("cursor", "下一页游标 / of the next page"), ("{field}", "过滤：field=op.value，见文档 / filters, see the documentation"), ("or", "(a.eq.1,b.is.null)"), ("and", "(a.eq.1,b.is.null)"));
        app.MapGet("/v1/data/{resource}/{key}", LookUp.HandleAsync).DescribeAccess("按主键查询一条数据", "One granted record by its key", Json);
        app.MapGet("/v1/changes/{resource}", ReadChanges.HandleAsync).DescribeAccess(
            "游标之后的变更，可长轮询", "Changes after a cursor, with long polling", Changes,
            ("after", "游标（Exchange-Cursor），缺省为从头开始 / cursor; from the beginning where absent"), ("limit", "1–10000，默认 1000 / default 1000"), ("wait", "等待秒数 0–60 / seconds to wait"));
        app.MapGet("/v1/changes/{resource}/cursor", ReadCursor.HandleAsync).DescribeAccess(
            "较早位置的游标，用于重放变更", "A cursor for an earlier place, to read the changes since again", Json, ("at", "时间，RFC 3339 / a point in time"));
        app.MapPost("/v1/verify/{resource}", Verify.HandleAsync).Accepts<VerifyBody>(RowFormats.Json).DescribeAccess("核验：只回答是否一致", "Verification: match or no match, no data leaves", Json);
    }

    private static void MapBureau(WebApplication app)
    {
        app.MapPost("/v1/participants", RegisterParticipantEndpoint.HandleAsync).Accepts<Contracts.Messages.V1.RegisterParticipant>(RowFormats.Json).Describe("登记部门", "Registers a department");
        app.MapPost("/v1/clients", RegisterClientEndpoint.HandleAsync).Accepts<RegisterClientEndpoint.Body>(RowFormats.Json)
            .Describe("登记客户端，密钥仅在此答复一次", "Registers a client; answers its secret this once", StatusCodes.Status201Created);
        app.MapDelete("/v1/clients/{id}", DisableClientEndpoint.HandleAsync).Describe("停用客户端", "Withdraws a client", StatusCodes.Status204NoContent);
        app.MapPost("/v1/grants", CreateGrantEndpoint.HandleAsync).Accepts<CreateGrantEndpoint.Body>(RowFormats.Json).Describe("授权", "Grants part of a resource", StatusCodes.Status201Created);
        app.MapGet("/v1/grants", ListGrants.HandleAsync).Describe("授权清单", "All grants", query: Paging);
        app.MapGet("/v1/grants/{id:guid}", ReadGrant.HandleAsync).Describe("授权详情", "One grant");
        app.MapDelete("/v1/grants/{id:guid}", RevokeGrantEndpoint.HandleAsync).Describe("撤销授权，一秒内生效", "Takes a grant back, within a second", query: [("reason", "原因，必填 / why; required")]);
        app.MapGet("/v1/grants/{id:guid}/cursor", ReplayGrantEndpoint.HandleAsync).Describe(
            "为使用方签发较早位置的游标", "A subscriber's cursor for an earlier place", query: [("at", "时间，RFC 3339 / a point in time"), ("offset", "变更序号 / feed offset")]);
        app.MapGet("/v1/streams", ListStreams.HandleAsync).Describe("数据流状态", "The streams and what holds them", query: Paging);
        app.MapPost("/v1/streams/{resource}/release", ReleaseStreamEndpoint.HandleAsync).Describe("放行暂停的数据流", "Lets a held stream go on");
        app.MapPost("/v1/streams/{resource}/reject", RejectSnapshotEndpoint.HandleAsync).Accepts<RejectSnapshotEndpoint.Body>(RowFormats.Json)
            .Describe("拒绝因删除过多而暂停的快照：不删除任何数据", "Rejects a snapshot held for its deletes: nothing is deleted");
        app.MapGet("/v1/audit", ReadAudit.HandleAsync).Describe("访问记录", "The record of accesses", query: [("request", "Exchange-Request-Id"), ("grant", "UUID"), .. Paging]);
    }

    private static void MapCatalogue(WebApplication app)
    {
        app.MapPost("/v1/resources", RegisterResourceEndpoint.HandleAsync).Accepts<RegisterResourceEndpoint.Body>(RowFormats.Json)
            .Describe("登记数据资源或其新版本", "Registers a resource or a new version of it", StatusCodes.Status201Created);
        app.MapGet("/v1/resources", ListResources.HandleAsync).Describe("数据资源目录", "The resources", query: Paging);
        app.MapGet("/v1/resources/{name}", ReadResource.HandleAsync).Describe("数据资源", "One resource");
        app.MapGet("/v1/resources/{name}/schema", ReadSchema.HandleAsync).Describe("数据结构（JSON Schema）", "The JSON Schema of a resource");
    }

    private static void MapQuarantine(WebApplication app)
    {
        app.MapGet("/v1/quarantine/{resource}", ListQuarantine.HandleAsync).Describe(
            "隔离记录及原因", "Records set aside, and why", query: [("state", "open（默认 / default）| released | discarded | overtaken | all"), .. Paging]);
        app.MapGet("/v1/quarantine/{resource}/{id:long}", ReadQuarantined.HandleAsync).Describe("一条隔离记录；其值仅所属部门可见", "One record set aside; its values for its owner alone");
        app.MapPost("/v1/quarantine/{resource}/{id:long}/release", ReleaseQuarantinedEndpoint.HandleAsync).Accepts<ReleaseQuarantinedEndpoint.Body>(RowFormats.Json)
            .Describe("更正并放行隔离记录", "Puts a record right and releases it into the feed");
        app.MapPost("/v1/quarantine/{resource}/{id:long}/discard", DiscardQuarantinedEndpoint.HandleAsync).Accepts<DiscardQuarantinedEndpoint.Body>(RowFormats.Json)
            .Describe("弃用隔离记录", "Settles a record without storing it");
        app.MapPost("/v1/quarantine/{resource}/revalidate", RevalidateQuarantineEndpoint.HandleAsync).Describe(
            "按当前版本重新校验隔离记录", "Checks records set aside against the current version", query: [("after", "上次答复的 next / the answer before's next")]);
        app.MapGet("/v1/comparisons/{resource}", ListComparisons.HandleAsync).Describe("来源与共享库的核对记录", "Comparisons of the source with the store", query: Paging);
    }

    private static void MapPublishing(WebApplication app)
    {
        app.MapPost("/v1/publish/{resource}", PublishResource.HandleAsync).DescribePublishing(
            "发布数据（NDJSON 或 CSV），答复成功即已存入", "Publishes rows as NDJSON or CSV; an answer of success means that they are stored", PublishRequest.MediaTypes,
            (PublishRequest.ModeParameter, "changes（默认）或 snapshot：正文即全部数据 / changes by default, or snapshot: the body is the whole resource"),
            (PublishRequest.BadLineParameter, "reject（默认）：有一行不合格即全部不存；set-aside：不合格行进入隔离区 / reject by default: one bad line and nothing is stored; set-aside: bad lines go to quarantine"),
            (PublishRequest.LinesParameter, "records（默认）或 changes：每行为变更流的一项 / records by default, or changes: each line is an item of the change feed"));
    }
}
