using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using Exchange.Adapters.Sources.Files;
using Exchange.Contracts.Errors;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Exchange.Adapters.Sources.Http;

/// <summary>
/// Asks a department's API, gently: what fails in passing is asked for again with growing, jittered waits or when the API says (<c>Retry-After</c>); an API that keeps failing is left alone
/// for a while. Redirects are followed only within the configured host; there is no proxy and there are no cookies.
/// </summary>
internal sealed class HttpApi : IDisposable
{
    private const int MaxRedirects = 5;
    private const int FailuresThatOpen = 6;
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(10);

    // A circuit outlives the sessions of its adapter: else each new session would knock at a failing API as if nothing had been.
    private static readonly ConditionalWeakTable<HttpSourceModel, ResiliencePipeline> Circuits = [];

    private readonly HttpSourceModel _model;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline _pipeline;

    public HttpApi(HttpSourceModel model, TimeProvider time)
    {
        (_model, _time) = (model, time);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = ConnectWithin, PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate | DecompressionMethods.Brotli,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var circuit = Circuits.GetValue(model, _ => Circuit(time));
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(Retry(model.Limits)).AddPipeline(circuit).AddTimeout(model.Limits.Timeout).Build();
    }

    /// <summary>Asks for a page and reads its body; both are begun again where they fail in passing.</summary>
    /// <param name="read">Reads the body, as UTF-8, given the headers <c>Link</c>.</param>
    /// <returns>What <paramref name="read"/> returned, or <see cref="ErrorCodes.HttpAddressRefused"/>.</returns>
    /// <exception cref="ApiUnavailableException">The API cannot be read for now.</exception>
    public async Task<Result<T>> ReadAsync<T>(
        Uri address, Func<Stream, IReadOnlyList<string>, CancellationToken, Task<Result<T>>> read, CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async token => await AttemptAsync(address, read, token), cancellation);
        }
        catch (TimeoutRejectedException)
        {
            throw new ApiUnavailableException($"the API did not answer within {_model.Limits.Timeout.TotalSeconds} s");
        }
        catch (BrokenCircuitException)
        {
            throw new ApiUnavailableException($"the API failed {FailuresThatOpen} times in a row; it is left alone for {LongestWait.TotalSeconds} s");
        }
    }

    public void Dispose() => _http.Dispose();

    private static RetryStrategyOptions Retry(HttpLimits limits) => new()
    {
        MaxRetryAttempts = limits.Retries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = limits.RetryWait,
        MaxDelay = LongestWait,
        ShouldHandle = Passing(),
        DelayGenerator = a => ValueTask.FromResult(a.Outcome.Exception is ApiUnavailableException { RetryAfter: { } after } ? after : (TimeSpan?)null),
    };

    private static ResiliencePipeline Circuit(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            FailureRatio = 1, MinimumThroughput = FailuresThatOpen, SamplingDuration = TimeSpan.FromMinutes(5), BreakDuration = LongestWait, ShouldHandle = Passing(),
        })
        .Build();

    private static PredicateBuilder<object> Passing() => new PredicateBuilder().Handle<ApiUnavailableException>(e => e.IsPassing).Handle<TimeoutRejectedException>();

    private async Task<Result<T>> AttemptAsync<T>(
        Uri address, Func<Stream, IReadOnlyList<string>, CancellationToken, Task<Result<T>>> read, CancellationToken cancellation)
    {
        try
        {
            for (var hops = 0; ; hops++)
            {
                using var request = Request(address);
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
                if (Redirect(address, response) is not { } target)
                {
                    if (!response.IsSuccessStatusCode) throw new ApiUnavailableException(response.StatusCode, RetryAfter(response));
                    await using var body = Utf8(response, await response.Content.ReadAsStreamAsync(cancellation));
                    return await read(body, response.Headers.TryGetValues("Link", out var links) ? [.. links] : [], cancellation);
                }

                if (!PageAddress.SameHost(_model.Url, target)) return ErrorCodes.HttpAddressRefused.With(("address", PageAddress.Told(target)));
                if (hops == MaxRedirects) throw new ApiUnavailableException("the API redirects in a circle");
                address = target;
            }
        }
        catch (HttpRequestException e)
        {
            throw new ApiUnavailableException($"the API cannot be reached: {e.Message}", e);
        }
    }

    private HttpRequestMessage Request(Uri address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (_model.Credentials is { } credentials) request.Headers.TryAddWithoutValidation(credentials.Header, credentials.Value);
        return request;
    }

    private static Uri? Redirect(Uri from, HttpResponseMessage response) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } to ? new Uri(from, to) : null;

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var after = response.Headers.RetryAfter;
        var wait = after?.Delta ?? (after?.Date is { } date ? date - _time.GetUtcNow() : (TimeSpan?)null);
        if (wait is null) return null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestRetryAfter ? LongestRetryAfter : wait;
    }

    // JSON is UTF-8; older systems say that theirs is not.
    private static Stream Utf8(HttpResponseMessage response, Stream body)
    {
        var charset = response.Content.Headers.ContentType?.CharSet?.Trim('"').ToLowerInvariant();
        if (charset is null or "utf-8" or "utf8" or "us-ascii" or "iso-8859-1") return body;
        return TextEncodings.Find(charset) is { } encoding
            ? Encoding.CreateTranscodingStream(body, encoding.Strict, new UTF8Encoding(false))
            : throw new ApiUnavailableException("the answer is in an encoding that is not known");
    }
}
