using System.Text.RegularExpressions;
using Exchange.Adapters.Configuration;

namespace Exchange.Adapters.Sources.Exchange;

internal static partial class ExchangeSourceSettings
{
    private static readonly Setting Gateway = new("gateway", "URL", null,
        "网关地址；除本机外须为 https。必填。", "Address of the gateway; https, except on this machine. Required.");

    private static readonly Setting ClientId = new("clientId", "text", null, "客户端标识。必填。", "Client id. Required.");

    private static readonly Setting ClientSecretFile = new("clientSecretFile", "path", null,
        "含客户端密钥的文件。必填。", "File that holds the client secret. Required.");

    private static readonly Setting Resource = new("resource", "text", null, "数据资源名称。必填。", "Name of the resource. Required.");

    private static readonly Setting Purpose = new("purpose", "text", null, "授权用途，随每次调用发送。必填。", "Purpose of the grant, sent with every call. Required.");

    private static readonly Setting Case = new("case", "text", null, "办件号；授权要求时填写。", "Case number, where the grant asks for one.");

    private static readonly Setting Wait = new("wait", "duration 1s–60s", "5s", "等待变化的长轮询时长。", "How long a question for changes stays open.");

    private static readonly Setting PageRows = new("pageRows", "whole number 1–10000", "1000", "每次应答的变化上限。", "Most changes of one answer.");

    public static readonly SettingSection Section = new("source.exchange",
        "已获授权的数据资源：先取一致快照，再跟随变化。", "A granted resource: one consistent snapshot, then its changes.",
        [Gateway, ClientId, ClientSecretFile, Resource, Purpose, Case, Wait, PageRows]);

    public static ExchangeSourceModel? Read(SectionReader reader)
    {
        var address = ReadGateway(reader);
        var client = reader.RequiredText(ClientId);
        if (!reader.Has(ClientSecretFile)) reader.Findings.Missing(reader.Line, reader.PathOf(ClientSecretFile));
        var secret = Secret.ReadFile(reader, ClientSecretFile);
        var resource = reader.RequiredText(Resource);
        if (resource.Length > 0 && !ResourceForm().IsMatch(resource))
            reader.Findings.Invalid(reader.LineOf(Resource), reader.PathOf(Resource), "lower-case letters, digits and underscores, at most 40", "应为至多 40 个小写字母、数字和下划线");
        var purpose = reader.RequiredText(Purpose);
        var number = reader.OptionalText(Case);
        var wait = reader.Duration(Wait, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        var rows = reader.Integer(PageRows, 1, 10_000);
        return address is null || secret is null ? null : new ExchangeSourceModel(address, client, secret, resource, purpose, number, wait, rows);
    }

    private static Uri? ReadGateway(SectionReader reader)
    {
        var text = reader.RequiredText(Gateway);
        if (text.Length == 0) return null;
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            reader.Findings.Invalid(reader.LineOf(Gateway), reader.PathOf(Gateway), "an https address without user and password belongs here", "应为不含用户名和密码的 https 地址");
        else if (address.Scheme == "http" && !address.IsLoopback)
            reader.Findings.Invalid(reader.LineOf(Gateway), reader.PathOf(Gateway), "https belongs here: the client secret would travel in clear text", "应为 https：否则客户端密钥将明文传输");
        return address;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]{0,39}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ResourceForm();
}
