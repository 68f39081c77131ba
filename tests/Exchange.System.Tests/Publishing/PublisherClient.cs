using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Exchange.Contracts.Errors;
using Exchange.Standalone.Demonstration;
using Npgsql;

namespace Exchange.System.Tests.Publishing;

/// <summary>A publication's answer.</summary>
/// <param name="Body">The report, or the problem.</param>
internal sealed record PublishAnswer(int Status, JsonObject Body, bool IsReplayed)
{
    public string? Problem => Body["name"]?.GetValue<string>();

    public long Number(string name) => Body[name]?.GetValue<long>() ?? throw new InvalidOperationException($"{Status}: no number '{name}' in {Body.ToJsonString()}");

    /// <summary>Numbers of the lines that the report lists.</summary>
    public IEnumerable<long> RejectedLines => (Body["rejections"]?.AsArray() ?? []).Select(r => r!["line"]!.GetValue<long>());
}

/// <summary>A department without an adapter: registers a resource of items and publishes into it over HTTP.</summary>
internal sealed class PublisherClient : IDisposable
{
    public const string Schema = """
        {"type":"object","additionalProperties":false,"required":["id","title"],"properties":{
          "id":{"type":"integer","x-exchange":{"key":true}},"title":{"type":"string","maxLength":40},"amount":{"type":["number","null"]}}}
        """;

    private static int s_count;
    private readonly HttpClient _http;
    private readonly GatewayClient _client;
    private readonly NpgsqlDataSource _database;

    private PublisherClient(HttpClient http, GatewayClient client, NpgsqlDataSource database, string department) =>
        (_http, _client, _database, Department) = (http, client, database, department);

    public string Department { get; }

    /// <summary>Registers a new department with a client that may publish.</summary>
    public static async Task<PublisherClient> RegisterAsync(Uri gateway, ClientCredentials bureau, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway, Timeout = TimeSpan.FromMinutes(5) };
        var department = $"giver-{Interlocked.Increment(ref s_count)}";
        var office = new GatewayClient(http, bureau, Language.En, new AccessJournal(), TimeProvider.System);
        await office.CommandAsync("/v1/participants", new JsonObject { ["code"] = department, ["titleZh"] = "部门", ["titleEn"] = department, ["uscc"] = null }, cancellation);
        var made = await office.CommandAsync(
            "/v1/clients", new JsonObject { ["clientId"] = department, ["participant"] = department, ["roles"] = new JsonArray("publisher") }, cancellation);
        var credentials = new ClientCredentials(department, made["clientSecret"]!.GetValue<string>());
        return new PublisherClient(http, new GatewayClient(http, credentials, Language.En, new AccessJournal(), TimeProvider.System), database, department);
    }

    /// <summary>The same client at another gateway of the exchange.</summary>
    public PublisherClient At(Uri gateway)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway, Timeout = TimeSpan.FromMinutes(5) };
        return new PublisherClient(http, new GatewayClient(http, _client.Credentials, Language.En, new AccessJournal(), TimeProvider.System), _database, Department);
    }

    public async Task<string> NewResourceAsync(CancellationToken cancellation)
    {
        var name = $"thing_{Interlocked.Increment(ref s_count)}";
        await _client.CommandAsync("/v1/resources", new JsonObject
        {
            ["name"] = name, ["publisher"] = Department, ["titleZh"] = "物品", ["titleEn"] = name, ["schema"] = JsonNode.Parse(Schema),
        }, cancellation);
        return name;
    }

    public Task<PublishAnswer> PublishAsync(string resource, string key, string body, string query = "", string type = "application/x-ndjson") =>
        PublishAsync(resource, key, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), query, type);

    public async Task<PublishAnswer> PublishAsync(string resource, string key, HttpContent body, string query = "", string type = "application/x-ndjson")
    {
        var cancellation = Xunit.TestContext.Current.CancellationToken;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/publish/{resource}{query}") { Content = body };
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.AcceptLanguage.ParseAdd("en");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await _client.TokenAsync(cancellation));
        using var response = await _http.SendAsync(request, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        return new PublishAnswer((int)response.StatusCode, JsonNode.Parse(text)!.AsObject(), response.Headers.Contains("Idempotency-Replayed"));
    }

    /// <summary>What the store holds: id and title, by id.</summary>
    public async Task<SortedDictionary<long, string>> StoredAsync(string resource)
    {
        var rows = new SortedDictionary<long, string>();
        await using var read = _database.CreateCommand($"SELECT id, title FROM store.{resource}");
        await using var reader = await read.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(reader.GetInt64(0), reader.GetString(1));
        return rows;
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var read = _database.CreateCommand(sql);
        return (long)(await read.ExecuteScalarAsync())!;
    }

    /// <summary>Entries of a resource's change feed.</summary>
    public Task<long> FeedAsync(string resource) => CountAsync($"SELECT count(*) FROM store.{resource}__feed");

    public Task<long> QuarantinedAsync(string resource) =>
        CountAsync($"SELECT count(*) FROM catalog.quarantine q JOIN catalog.resource r USING (resource_id) WHERE r.name = '{resource}'");

    public void Dispose() => _http.Dispose();
}
