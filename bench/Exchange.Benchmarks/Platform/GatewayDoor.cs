using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Exchange.Benchmarks.Platform;

/// <summary>The gateway's public door, as one client sees it.</summary>
internal sealed class GatewayDoor(Uri address, string clientId, string secret) : IAsyncDisposable
{
    /// <summary>A token lives five minutes; a new one is asked for well before.</summary>
    private static readonly TimeSpan TokenUse = TimeSpan.FromMinutes(3);

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxResponseDrainSize = 0 }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
    private string? _token;
    private long _tokenTaken;

    public Uri Address => address;

    public string ClientId => clientId;

    public string Secret => secret;

    public async Task<string> TokenAsync(CancellationToken cancellation)
    {
        if (_token is not null && TimeProvider.System.GetElapsedTime(_tokenTaken) < TokenUse) return _token;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}"))) },
        };
        using var answer = await _http.SendAsync(request, cancellation);
        var body = await RequireAsync(answer, cancellation);
        _tokenTaken = TimeProvider.System.GetTimestamp();
        return _token = body.GetProperty("access_token").GetString()!;
    }

    /// <summary>Opens a pull of records; the body is not read yet.</summary>
    public Task<HttpResponseMessage> PullAsync(string resource, string purpose, string mediaType, CancellationToken cancellation) =>
        GetAsync($"/v1/data/{resource}", purpose, mediaType, cancellation);

    /// <summary>The cursor at which the changes of a snapshot taken now go on; its rows are left unread.</summary>
    public async Task<string> CursorAsync(string resource, string purpose, CancellationToken cancellation)
    {
        using var answer = await GetAsync($"/v1/data/{resource}", purpose, "application/vnd.exchange.rows", cancellation);
        return answer.Headers.GetValues("Exchange-Cursor").First();
    }

    /// <summary>Waits up to thirty seconds for changes after a cursor.</summary>
    /// <returns>The changes, none where there were none, and the next cursor.</returns>
    public async Task<(IReadOnlyList<JsonElement> Items, string Next)> ChangesAsync(string resource, string purpose, string cursor, CancellationToken cancellation)
    {
        using var answer = await GetAsync($"/v1/changes/{resource}?after={Uri.EscapeDataString(cursor)}&wait=30", purpose, "application/json", cancellation);
        var page = await RequireAsync(answer, cancellation);
        return ([.. page.GetProperty("items").EnumerateArray()], page.GetProperty("next").GetString()!);
    }

    public async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync("/readyz", cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet.
            return false;
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string purpose, string mediaType, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(cancellation));
        request.Headers.Add("Exchange-Purpose", purpose);
        request.Headers.Accept.ParseAdd(mediaType);
        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (!answer.IsSuccessStatusCode) await RequireAsync(answer, cancellation);
        return answer;
    }

    private static async Task<JsonElement> RequireAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var body = await answer.Content.ReadAsStringAsync(cancellation);
        if (!answer.IsSuccessStatusCode) throw new BenchException($"{answer.RequestMessage?.RequestUri?.AbsolutePath}: {(int)answer.StatusCode} {body}");
        return body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body);
    }
}
