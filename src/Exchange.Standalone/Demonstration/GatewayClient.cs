using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Contracts.Errors;

namespace Exchange.Standalone.Demonstration;

/// <summary>A machine client of a department.</summary>
internal sealed record ClientCredentials(string ClientId, string Secret);

/// <summary>An answer of the gateway.</summary>
/// <param name="Body">Parsed where it is JSON, else null.</param>
internal sealed record GatewayAnswer(int Status, string Text, JsonNode? Body)
{
    /// <summary>The <c>code</c>-bearing name of a problem: the last part of its <c>type</c>.</summary>
    public string? Problem => Body is JsonObject problem && problem["type"] is JsonValue type ? type.GetValue<string>().Split('/')[^1] : null;
}

/// <summary>Talks to the gateway as any department would: one token, HTTP and JSON.</summary>
internal sealed class GatewayClient(HttpClient http, ClientCredentials credentials, Language language, AccessJournal journal, TimeProvider clock)
{
    private const string RequestIdHeader = "Exchange-Request-Id";
    private static readonly TimeSpan EarlyRenewal = TimeSpan.FromSeconds(30);

    private string? _token;
    private DateTimeOffset _renewAt;

    /// <summary>Purpose that is sent along; grants are chosen by it.</summary>
    public string? Purpose { get; init; }

    public ClientCredentials Credentials => credentials;

    public Task<GatewayAnswer> GetAsync(string path, CancellationToken cancellation) => AskAsync(HttpMethod.Get, path, null, cancellation);

    public Task<GatewayAnswer> PostAsync(string path, JsonNode? body, CancellationToken cancellation) => AskAsync(HttpMethod.Post, path, body, cancellation);

    public Task<GatewayAnswer> DeleteAsync(string path, CancellationToken cancellation) => AskAsync(HttpMethod.Delete, path, null, cancellation);

    /// <summary>As <see cref="GetAsync"/>, but a refusal is the end of the story.</summary>
    public async Task<JsonNode> ReadAsync(string path, CancellationToken cancellation) => Expect(path, await GetAsync(path, cancellation));

    /// <summary>As <see cref="PostAsync"/>, but a refusal is the end of the story.</summary>
    public async Task<JsonNode> CommandAsync(string path, JsonNode? body, CancellationToken cancellation) =>
        Expect(path, await PostAsync(path, body, cancellation));

    /// <summary>Opens an answer whose body is read as it comes. The caller disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, string mediaType, CancellationToken cancellation)
    {
        using var request = await MakeRequestAsync(HttpMethod.Get, path, cancellation);
        request.Headers.Accept.Clear();
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(mediaType));
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        Note(path, response);
        return response;
    }

    public async Task<string> TokenAsync(CancellationToken cancellation)
    {
        if (_token is not null && clock.GetUtcNow() < _renewAt) return _token;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", credentials.ClientId), new("client_secret", credentials.Secret)]),
        };
        using var response = await http.SendAsync(request, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        if (!response.IsSuccessStatusCode) throw new DemonstrationException($"/oauth/token {(int)response.StatusCode}: {text}");
        var answer = JsonNode.Parse(text)!;
        _token = answer["access_token"]!.GetValue<string>();
        _renewAt = clock.GetUtcNow() + TimeSpan.FromSeconds(answer["expires_in"]!.GetValue<int>()) - EarlyRenewal;
        return _token;
    }

    private async Task<GatewayAnswer> AskAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellation)
    {
        using var request = await MakeRequestAsync(method, path, cancellation);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        Note(path, response);
        return new GatewayAnswer((int)response.StatusCode, text, ParseJson(response, text));
    }

    private async Task<HttpRequestMessage> MakeRequestAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(cancellation));
        request.Headers.AcceptLanguage.ParseAdd(language == Language.Zh ? "zh-CN" : "en");
        request.Headers.Accept.ParseAdd("application/json");
        if (Purpose is not null) request.Headers.Add("Exchange-Purpose", Purpose);
        return request;
    }

    private void Note(string path, HttpResponseMessage response)
    {
        if (!path.StartsWith("/v1/data/", StringComparison.Ordinal) && !path.StartsWith("/v1/changes/", StringComparison.Ordinal)
            && !path.StartsWith("/v1/verify/", StringComparison.Ordinal)) return;
        var id = response.Headers.TryGetValues(RequestIdHeader, out var values) ? values.First() : $"none: {path}";
        journal.Note(id, response.IsSuccessStatusCode);
    }

    private static JsonNode? ParseJson(HttpResponseMessage response, string text)
    {
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        return text.Length > 0 && type.EndsWith("json", StringComparison.Ordinal) && !type.Contains("ndjson", StringComparison.Ordinal) ? JsonNode.Parse(text) : null;
    }

    private static JsonNode Expect(string path, GatewayAnswer answer) =>
        answer.Status is >= 200 and < 300 ? answer.Body ?? new JsonObject() : throw new DemonstrationException($"{path} {answer.Status}: {answer.Text}");
}
