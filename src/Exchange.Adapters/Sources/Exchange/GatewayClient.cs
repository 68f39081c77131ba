using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Polly;
using Polly.Retry;

namespace Exchange.Adapters.Sources.Exchange;

/// <summary>Calls the gateway: gets a token when it needs one, tries again what fails in passing, never follows redirects or proxies.</summary>
internal sealed class GatewayClient : IDisposable
{
    public const string RowsMediaType = "application/vnd.exchange.rows";
    private const int MaxWholeBytes = 2 * 1024 * 1024;

    /// <summary>From the question to the answer's head, on top of what a question for changes waits. A connection that died unseen costs no more than this.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(8);

    /// <summary>A snapshot's query may have to wait for its turn.</summary>
    private static readonly TimeSpan SnapshotWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan TokenReserve = TimeSpan.FromSeconds(30);

    private readonly ExchangeSourceModel _model;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<HttpResponseMessage> _retry;
    private string? _token;
    private DateTimeOffset _tokenUntil;

    public GatewayClient(ExchangeSourceModel model, TimeProvider time)
    {
        (_model, _time) = (model, time);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        })
        {
            BaseAddress = model.Gateway, Timeout = Timeout.InfiniteTimeSpan, DefaultRequestHeaders = { AcceptLanguage = { new("en") } },
        };
        _retry = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 3,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(300),
                MaxDelay = TimeSpan.FromSeconds(5),
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().HandleResult(r => IsPassing(r.StatusCode)),
                DelayGenerator = a => ValueTask.FromResult(a.Outcome.Result?.Headers.RetryAfter?.Delta is { } after && after < TimeSpan.FromSeconds(30) ? after : (TimeSpan?)null),
                OnRetry = a =>
                {
                    a.Outcome.Result?.Dispose();
                    return default;
                },
            })
            .Build();
    }

    /// <summary>One consistent snapshot of the granted slice.</summary>
    public Task<Result<RowsAnswer>> OpenSnapshotAsync(CancellationToken cancellation) =>
        OpenRowsAsync($"v1/data/{_model.Resource}", SnapshotWithin, cancellation);

    /// <summary>The granted rows that a filter finds. The answer has no cursor.</summary>
    /// <param name="filter">In query form; escaped here.</param>
    public Task<Result<RowsAnswer>> OpenRecordsAsync(string filter, CancellationToken cancellation)
    {
        var equals = filter.IndexOf('=', StringComparison.Ordinal);
        var query = $"{filter[..equals]}={Uri.EscapeDataString(Uri.UnescapeDataString(filter[(equals + 1)..]))}";
        return OpenRowsAsync($"v1/data/{_model.Resource}?{query}", AnswerWithin, cancellation, hasCursor: false);
    }

    /// <summary>The next changes after a cursor; waits for one to happen.</summary>
    public Task<Result<RowsAnswer>> OpenChangesAsync(string cursor, CancellationToken cancellation)
    {
        var wait = ((int)_model.Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var path = $"v1/changes/{_model.Resource}?after={Uri.EscapeDataString(cursor)}&limit={_model.PageRows.ToString(CultureInfo.InvariantCulture)}&wait={wait}";
        return OpenRowsAsync(path, AnswerWithin + _model.Wait, cancellation);
    }

    /// <summary>A cursor for an earlier place of the feed.</summary>
    public async Task<Result<string>> GetCursorAsync(DateTimeOffset at, CancellationToken cancellation)
    {
        var time = Uri.EscapeDataString(at.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture));
        var sent = await SendAsync(() => Access(new HttpRequestMessage(HttpMethod.Get, $"v1/changes/{_model.Resource}/cursor?at={time}")), AnswerWithin, Body.Whole, cancellation);
        if (sent.IsError) return sent.Error;
        using var response = sent.Value;
        return Header(response, "Exchange-Cursor") is { Length: > 0 } cursor ? cursor : ErrorCodes.SourceUnavailable.With(("reason", "the header Exchange-Cursor is missing"));
    }

    /// <summary>The columns that are granted now, and their types.</summary>
    public async Task<Result<IReadOnlyList<RowColumn>>> GetColumnsAsync(CancellationToken cancellation)
    {
        var opened = await OpenRowsAsync($"v1/data/{_model.Resource}?limit=1", AnswerWithin, cancellation, hasCursor: false);
        if (opened.IsError) return opened.Error;
        using var answer = opened.Value;
        return answer.Columns.ToArray();
    }

    /// <summary>The schema of the resource, for its key and its titles.</summary>
    public async Task<Result<ResourceSchema>> GetSchemaAsync(CancellationToken cancellation)
    {
        var sent = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"v1/resources/{_model.Resource}/schema"), AnswerWithin, Body.Whole, cancellation);
        if (sent.IsError) return sent.Error;
        using var response = sent.Value;
        return ResourceSchema.Parse(await response.Content.ReadAsStringAsync(cancellation));
    }

    public void Dispose() => _http.Dispose();

    private async Task<Result<RowsAnswer>> OpenRowsAsync(string path, TimeSpan within, CancellationToken cancellation, bool hasCursor = true)
    {
        var sent = await SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(RowsMediaType));
                return Access(request);
            },
            within, Body.Streamed, cancellation);
        if (sent.IsError) return sent.Error;
        var response = sent.Value;
        var columns = RowColumns.Parse(Header(response, RowColumns.Header));
        var cursor = Header(response, "Exchange-Cursor") ?? "";
        if (!columns.IsError && (cursor.Length > 0 || !hasCursor)) return new RowsAnswer(response, columns.Value, cursor);
        response.Dispose();
        return columns.Error ?? ErrorCodes.SourceUnavailable.With(("reason", "the header Exchange-Cursor is missing"));
    }

    /// <summary>Sends a request with a token; a token that is refused is replaced once.</summary>
    private async Task<Result<HttpResponseMessage>> SendAsync(Func<HttpRequestMessage> make, TimeSpan within, Body body, CancellationToken cancellation)
    {
        for (var fresh = false; ; fresh = true)
        {
            if (await TokenAsync(cancellation) is { } refused) return refused;
            var sent = await TryAsync(
                () =>
                {
                    var request = make();
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
                    return request;
                },
                within, body, cancellation);
            if (sent.IsError) return sent.Error;
            if (sent.Value.IsSuccessStatusCode) return sent;
            using var response = sent.Value;
            _token = response.StatusCode == HttpStatusCode.Unauthorized ? null : _token;
            if (fresh || _token is not null) return await GatewayProblem.ReadAsync(response, cancellation);
        }
    }

    private async Task<Error?> TokenAsync(CancellationToken cancellation)
    {
        if (_token is not null && _time.GetUtcNow() < _tokenUntil) return null;
        var sent = await TryAsync(
            () => new HttpRequestMessage(HttpMethod.Post, "oauth/token")
            {
                Content = new FormUrlEncodedContent(
                [
                    new("grant_type", "client_credentials"), new("client_id", _model.ClientId), new("client_secret", _model.ClientSecret),
                ]),
            },
            AnswerWithin, Body.Whole, cancellation);
        if (sent.IsError) return sent.Error;
        using var response = sent.Value;
        if (!response.IsSuccessStatusCode)
            return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest ? ErrorCodes.ClientUnauthorized.With() : await GatewayProblem.ReadAsync(response, cancellation);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        _token = json.RootElement.GetProperty("access_token").GetString();
        _tokenUntil = _time.GetUtcNow() + TimeSpan.FromSeconds(json.RootElement.GetProperty("expires_in").GetInt32()) - TokenReserve;
        return null;
    }

    private async Task<Result<HttpResponseMessage>> TryAsync(Func<HttpRequestMessage> make, TimeSpan within, Body body, CancellationToken cancellation)
    {
        try
        {
            return await _retry.ExecuteAsync(
                async token =>
                {
                    using var request = make();
                    using var deadline = CancellationTokenSource.CreateLinkedTokenSource(token);
                    deadline.CancelAfter(within);
                    var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
                    if (body == Body.Whole || !response.IsSuccessStatusCode) await LoadAsync(response, deadline.Token);
                    return response;
                },
                cancellation);
        }
        catch (HttpRequestException e)
        {
            return ErrorCodes.SourceUnavailable.With(("reason", e.Message));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ErrorCodes.SourceUnavailable.With(("reason", $"the gateway did not answer within {within.TotalSeconds} s"));
        }
    }

    private static async Task LoadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxWholeBytes, cancellation);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private HttpRequestMessage Access(HttpRequestMessage request)
    {
        request.Headers.TryAddWithoutValidation("Exchange-Purpose", HeaderText(_model.Purpose));
        if (_model.Case is { } number) request.Headers.TryAddWithoutValidation("Exchange-Case", HeaderText(number));
        return request;
    }

    /// <summary>Header fields are ASCII: other text is percent-encoded.</summary>
    private static string HeaderText(string text) => text.All(c => c is >= ' ' and < '\x7f' and not '%') ? text : Uri.EscapeDataString(text);

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(",", values) : null;

    /// <summary>How an answer's body comes; that of a refusal always comes whole.</summary>
    private enum Body
    {
        /// <summary>Within the time for the answer.</summary>
        Whole,

        /// <summary>Read by the caller, who watches for silence.</summary>
        Streamed,
    }
}
