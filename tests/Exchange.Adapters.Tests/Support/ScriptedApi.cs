using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Tests.Support;

/// <summary>
/// A real HTTP server (Kestrel) with the API of a department's system over a table in memory: <c>/people</c> by page, <c>/offset</c> by offset, <c>/next</c> by link in the body,
/// <c>/link</c> by header, <c>/log</c> by cursor and <c>/since</c> by time of change. <see cref="Misbehave"/> may answer a request in its place.
/// </summary>
internal sealed class ScriptedApi : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, ApiPerson> _table = new(StringComparer.Ordinal);
    private readonly List<ApiPerson> _log = [];

    private ScriptedApi(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Path and query of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Headers of the last request.</summary>
    public IReadOnlyDictionary<string, string> LastHeaders { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Is asked first, with the number of the request from 1; true where it has answered.</summary>
    public Func<HttpContext, int, Task<bool>>? Misbehave { get; set; }

    public int PageRows { get; set; } = 40;

    /// <summary>The members that rows are given without.</summary>
    public ISet<string> Hidden { get; } = new HashSet<string>(StringComparer.Ordinal);

    public static async Task<ScriptedApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var api = new ScriptedApi(app);
        app.Run(api.AnswerAsync);
        await app.StartAsync();
        api.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
        return api;
    }

    /// <summary>Replaces the table by persons <c>P0000001 …</c>.</summary>
    public void Fill(int rows)
    {
        lock (_lock)
        {
            _table.Clear();
            _log.Clear();
        }

        for (var i = 1; i <= rows; i++) Put(new ApiPerson($"P{i:0000000}", $"行政区划人员{i}", i % 90, Moment(i)));
    }

    public void Put(ApiPerson person)
    {
        lock (_lock)
        {
            _table[person.Code] = person;
            _log.Add(person);
        }
    }

    public static string Moment(int minute) => new DateTime(2026, 1, 1).AddMinutes(minute).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static async Task SendAsync(HttpContext http, string body, int status = 200, string type = "application/json")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        Requests.Enqueue(http.Request.Path.Value + http.Request.QueryString);
        LastHeaders = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        if (Misbehave is { } misbehave && await misbehave(http, Requests.Count)) return;
        List<ApiPerson> rows, log;
        lock (_lock) (rows, log) = ([.. _table.Values.Where(p => p.Deleted == 0 || http.Request.Query.ContainsKey("since"))], [.. _log]);
        await (http.Request.Path.Value switch
        {
            "/people" => PageAsync(http, rows, (Number(http, "page") - 1) * PageRows),
            "/offset" => PageAsync(http, rows, Number(http, "offset")),
            "/next" => NextAsync(http, rows, $"/next?from={Number(http, "from") + PageRows}&key=s3cret"),
            "/link" => LinkAsync(http, rows),
            "/log" => LogAsync(http, log),
            "/since" => PageAsync(http, [.. rows.Where(p => string.CompareOrdinal(p.UpdatedAt, http.Request.Query["since"].ToString()) >= 0)], (Number(http, "page") - 1) * PageRows),
            _ => SendAsync(http, "{}", 404),
        });
    }

    private Task PageAsync(HttpContext http, List<ApiPerson> rows, int from) =>
        SendAsync(http, JsonSerializer.Serialize(new { code = 0, data = new { total = rows.Count, items = Shown(rows.Skip(from).Take(PageRows)) }, msg = "成功" }, Json));

    private Task NextAsync(HttpContext http, List<ApiPerson> rows, string link)
    {
        var from = Number(http, "from");
        return SendAsync(http, JsonSerializer.Serialize(new { next = from + PageRows < rows.Count ? link : null, items = Shown(rows.Skip(from).Take(PageRows)) }, Json));
    }

    private Task LinkAsync(HttpContext http, List<ApiPerson> rows)
    {
        var from = Number(http, "from");
        if (from + PageRows < rows.Count) http.Response.Headers.Link = $"<{Address}link>; rel=\"first\", <?from={from + PageRows}>; rel=\"next\"";
        return SendAsync(http, JsonSerializer.Serialize(Shown(rows.Skip(from).Take(PageRows)), Json));
    }

    private Task LogAsync(HttpContext http, List<ApiPerson> log)
    {
        var from = Number(http, "cursor");
        var page = log.Skip(from).Take(PageRows).ToList();
        return SendAsync(http, JsonSerializer.Serialize(new { items = Shown(page), cursor = (from + page.Count).ToString(CultureInfo.InvariantCulture) }, Json));
    }

    private List<Dictionary<string, object?>> Shown(IEnumerable<ApiPerson> rows) => [.. rows.Select(r => r.Members().Where(m => !Hidden.Contains(m.Key)).ToDictionary(m => m.Key, m => m.Value))];

    private static int Number(HttpContext http, string name) => int.TryParse(http.Request.Query[name], out var number) ? number : name == "page" ? 1 : 0;
}

internal sealed record ApiPerson(string Code, string Name, object? Age, string UpdatedAt, int Deleted = 0)
{
    public Dictionary<string, object?> Members() => new(StringComparer.Ordinal)
    {
        ["id"] = 7, ["code"] = Code, ["detail"] = new Dictionary<string, object?>(StringComparer.Ordinal) { ["fullName"] = Name, ["tags"] = new[] { "a", "b" } },
        ["age"] = Age, ["pay"] = null, ["born"] = null, ["updatedAt"] = UpdatedAt, ["deleted"] = Deleted,
    };
}
