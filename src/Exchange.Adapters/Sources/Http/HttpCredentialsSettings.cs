using System.Text;
using System.Text.RegularExpressions;
using Exchange.Adapters.Configuration;

namespace Exchange.Adapters.Sources.Http;

internal static partial class HttpCredentialsSettings
{
    private static readonly Setting BearerFile = new("bearerFile", "path", null, "含 Bearer 令牌的文件。", "File that holds a bearer token.");
    private static readonly Setting User = new("user", "text", null, "Basic 认证的用户名；与 passwordFile 同设。", "User name for basic authentication; goes with passwordFile.");
    private static readonly Setting PasswordFile = new("passwordFile", "path", null, "含 Basic 认证口令的文件。", "File that holds the password for basic authentication.");
    private static readonly Setting Header = new("header", "header name", null, "携带密钥的请求头，如 X-Api-Key；与 valueFile 同设。", "Header that carries a key, such as X-Api-Key; goes with valueFile.");
    private static readonly Setting ValueFile = new("valueFile", "path", null, "含该请求头取值的文件。", "File that holds the header's value.");

    public static readonly SettingSection Section = new("source.http.credentials",
        "HTTP 来源的访问凭据，三种之一：bearerFile；user 与 passwordFile；header 与 valueFile。",
        "What lets an HTTP source in, one of three: bearerFile; user and passwordFile; header and valueFile.",
        [BearerFile, User, PasswordFile, Header, ValueFile]);

    public static HttpCredentials? Read(SectionReader reader)
    {
        var kinds = new[] { BearerFile, PasswordFile, ValueFile }.Where(reader.Has).ToList();
        if (kinds.Count == 0) reader.Findings.Missing(reader.Line, $"{reader.PathOf(BearerFile)} | {PasswordFile.Name} | {ValueFile.Name}");
        foreach (var surplus in kinds.Skip(1))
            reader.Findings.Invalid(reader.LineOf(surplus), reader.PathOf(surplus), $"{kinds[0].Name} is set too; one of them belongs here", $"已设置 {kinds[0].Name}，只能设一种");
        if (kinds.Count != 1) return null;
        if (kinds[0] == BearerFile) return Checked(reader, BearerFile, "Authorization", "Bearer ");
        if (kinds[0] == PasswordFile) return ReadBasic(reader);
        var header = reader.RequiredText(Header);
        if (header.Length > 0 && (!Token().IsMatch(header) || header.ToLowerInvariant() is "host" or "content-length" or "transfer-encoding" or "connection" or "accept"))
            reader.Findings.Invalid(reader.LineOf(Header), reader.PathOf(Header), "it is no header that may be set", "不是可设置的请求头");
        return header.Length == 0 ? null : Checked(reader, ValueFile, header, "");
    }

    private static HttpCredentials? ReadBasic(SectionReader reader)
    {
        var user = reader.RequiredText(User);
        if (user.Contains(':', StringComparison.Ordinal)) reader.Findings.Invalid(reader.LineOf(User), reader.PathOf(User), "a user name has no colon", "用户名不含冒号");
        return Secret.ReadFile(reader, PasswordFile) is { } password
            ? new HttpCredentials("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))
            : null;
    }

    private static HttpCredentials? Checked(SectionReader reader, Setting file, string header, string scheme)
    {
        if (Secret.ReadFile(reader, file) is not { } secret) return null;
        if (secret.All(c => c is >= ' ' and < '\x7f')) return new HttpCredentials(header, scheme + secret.Trim());
        reader.Findings.Invalid(reader.LineOf(file), reader.PathOf(file), "the file holds more than one line of printable ASCII", "文件内容应为一行可打印的 ASCII 字符");
        return null;
    }

    [GeneratedRegex("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();
}
