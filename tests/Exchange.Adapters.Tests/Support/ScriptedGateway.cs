using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Exchange.Records.Rows;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Tests.Support;

/// <summary>How an answer of rows ends.</summary>
internal enum AnswerEnd
{
    Whole,

    /// <summary>The connection is cut in the middle of the rows.</summary>
    CutOff,

    /// <summary>No rows' trailer, but the HTTP trailer <c>Exchange-Problem</c>.</summary>
    ProblemTrailer,

    /// <summary>No rows' trailer and no word about it.</summary>
    NoTrailer,
}

/// <summary>
/// A real HTTP server (Kestrel) that stands for the gateway, where the gateway itself cannot be referenced: it speaks the agreed surface over a table in memory.
/// Whole runs against the real gateway are in Exchange.System.Tests.
/// </summary>
internal sealed class ScriptedGateway : IAsyncDisposable
{
    public const string Columns = "code:text,name:text,age:bigint,pay:numeric,born:date,updated_at:timestamp%20with%20time%20zone";
    private readonly WebApplication _app;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Person> _table = new(StringComparer.Ordinal);
    private readonly List<(string Operation, Person Person)> _changes = [];
    private int _tokens;
    private int _filtered;

    private ScriptedGateway(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Method and path with query of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public string? LastPurpose { get; private set; }

    /// <summary>A problem to answer instead: status, name and title.</summary>
    public (int Status, string Name, string Title)? Problem { get; set; }

    /// <summary>Cursors below this offset have expired.</summary>
    public int Floor { get; set; }

    public AnswerEnd End { get; set; }

    /// <summary>Filters are answered as for a masked key.</summary>
    public bool RefusesFilters { get; set; }

    /// <summary>Called with its number before a filter is answered.</summary>
    public Action<int> OnFiltered { get; set; } = _ => { };

    /// <summary>The columns that answers carry; without a field it is not granted.</summary>
    public string Granted { get; set; } = Columns;

    /// <summary>How many tokens were given out.</summary>
    public int Tokens => _tokens;

    /// <summary>Tokens given out before this number are refused.</summary>
    public int FirstGoodToken { get; set; }

    public static async Task<ScriptedGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var gateway = new ScriptedGateway(app);
        app.Run(gateway.AnswerAsync);
        await app.StartAsync();
        gateway.Address = new Uri(app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
        return gateway;
    }

    public void Upsert(Person person)
    {
        lock (_lock)
        {
            _changes.Add((_table.ContainsKey(person.Code) ? "update" : "insert", person));
            _table[person.Code] = person;
        }
    }

    public void Delete(string code)
    {
        lock (_lock)
        {
            if (_table.Remove(code, out var person)) _changes.Add(("delete", person));
        }
    }

    public List<string> Rows()
    {
        lock (_lock) return [.. _table.Values.Select(p => $"{p.Code}|{p.Name}|{(p.Age is { } age ? age.ToString(CultureInfo.InvariantCulture) : "∅")}")];
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        Requests.Enqueue(path + http.Request.QueryString);
        if (path == "/oauth/token") return http.Response.WriteAsJsonAsync(new { access_token = $"token-{Interlocked.Increment(ref _tokens)}", token_type = "Bearer", expires_in = 300 });
        var token = int.Parse(http.Request.Headers.Authorization.ToString().Split('-')[1], CultureInfo.InvariantCulture);
        if (token < FirstGoodToken) return RefuseAsync(http, (401, "token_invalid", "The access token is not valid or has expired."));
        if (path == "/v1/resources/people/schema") return http.Response.WriteAsync(TestSchemas.People);
        LastPurpose = http.Request.Headers["Exchange-Purpose"];
        if (Problem is { } problem) return RefuseAsync(http, problem);
        if (path == "/v1/changes/people/cursor") return CursorAsync(http);
        if (path != "/v1/data/people") return ChangesAsync(http);
        if (!http.Request.Query.TryGetValue("and", out var filter)) return SnapshotAsync(http);
        return RefusesFilters ? RefuseAsync(http, (400, "field_unknown", "Unknown field 'code'.")) : FilteredAsync(http, filter.ToString());
    }

    /// <summary>Understands <c>(code.in.(…))</c>.</summary>
    private Task FilteredAsync(HttpContext http, string filter)
    {
        OnFiltered(Interlocked.Increment(ref _filtered));
        var codes = filter["(code.in.(".Length..^2].Split(',');
        List<(string? Operation, Person Person)> rows;
        lock (_lock) rows = [.. _table.Values.Where(p => codes.Contains(p.Code, StringComparer.Ordinal)).Select(p => ((string?)null, p))];
        return SendAsync(http, Granted, null, rows);
    }

    /// <summary>The time's seconds are the offset.</summary>
    private Task CursorAsync(HttpContext http)
    {
        var at = DateTimeOffset.Parse(http.Request.Query["at"].ToString(), CultureInfo.InvariantCulture);
        http.Response.Headers["Exchange-Cursor"] = at.Second.ToString(CultureInfo.InvariantCulture);
        return http.Response.WriteAsync("{}");
    }

    private Task SnapshotAsync(HttpContext http)
    {
        List<(string? Operation, Person Person)> rows;
        int head;
        lock (_lock)
        {
            rows = [.. _table.Values.Select(p => ((string?)null, p))];
            head = _changes.Count;
        }

        return SendAsync(http, Granted, head, rows);
    }

    private async Task ChangesAsync(HttpContext http)
    {
        var after = int.Parse(http.Request.Query["after"].ToString(), CultureInfo.InvariantCulture);
        var limit = int.Parse(http.Request.Query["limit"].ToString(), CultureInfo.InvariantCulture);
        if (after < Floor)
        {
            await RefuseAsync(http, (410, "cursor_expired", "The cursor has expired; start over from a snapshot."));
            return;
        }

        List<(string?, Person)> page = [];
        for (var waited = 0; waited < 20; waited++)
        {
            lock (_lock) page = [.. _changes.Skip(after).Take(limit).Select(c => ((string?)c.Operation, c.Person))];
            if (page.Count > 0 || Problem is not null) break;
            await Task.Delay(25, http.RequestAborted);
        }

        if (Problem is { } problem) await RefuseAsync(http, problem);
        else await SendAsync(http, "_op:text," + Granted, after + page.Count, page);
    }

    private async Task SendAsync(HttpContext http, string columns, int? cursor, List<(string? Operation, Person Person)> rows)
    {
        http.Response.ContentType = "application/vnd.exchange.rows";
        http.Response.Headers["Exchange-Columns"] = columns;
        if (cursor is { } place) http.Response.Headers["Exchange-Cursor"] = place.ToString(CultureInfo.InvariantCulture);
        var fields = columns.Split(',').Select(c => c.Split(':')[0]).ToArray();
        var body = new ArrayBufferWriter<byte>();
        body.Write(CopyFrame.Header.Span);
        var writer = new RowWriter(body);
        foreach (var (operation, person) in rows) person.Write(writer, fields, operation);
        if (End == AnswerEnd.Whole) body.Write(CopyFrame.Trailer.Span);
        if (End == AnswerEnd.ProblemTrailer)
        {
            await SendWithProblemAsync(http, body.WrittenMemory);
            return;
        }

        await http.Response.Body.WriteAsync(End == AnswerEnd.CutOff ? body.WrittenMemory[..(body.WrittenCount / 2)] : body.WrittenMemory);
        await http.Response.Body.FlushAsync();
        if (End == AnswerEnd.CutOff) http.Abort();
    }

    /// <summary>Kestrel sends no trailers over HTTP/1.1: the one chunk is framed here.</summary>
    private static async Task SendWithProblemAsync(HttpContext http, ReadOnlyMemory<byte> rows)
    {
        http.Response.Headers.TransferEncoding = "chunked";
        http.Response.Headers.Trailer = "Exchange-Problem";
        await http.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($"{rows.Length:x}\r\n"));
        await http.Response.Body.WriteAsync(rows);
        await http.Response.Body.WriteAsync("\r\n0\r\nExchange-Problem: grant_revoked\r\n\r\n"u8.ToArray());
    }

    private static Task RefuseAsync(HttpContext http, (int Status, string Name, string Title) problem)
    {
        http.Response.StatusCode = problem.Status;
        return http.Response.WriteAsJsonAsync(
            new { type = $"/errors/{problem.Name}", title = problem.Title, status = problem.Status, name = problem.Name }, options: null, "application/problem+json");
    }
}

internal sealed record Person(string Code, string Name, long? Age = null, decimal? Pay = null, DateOnly? Born = null)
{
    public static readonly DateTimeOffset Updated = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public void Write(RowWriter writer, string[] fields, string? operation)
    {
        writer.StartRow(fields.Length);
        foreach (var field in fields)
        {
            if (field == "_op") writer.WriteText(operation);
            else if (field == "code") writer.WriteText(Code);
            else if (operation == "delete") writer.WriteNull();
            else Write(writer, field);
        }
    }

    private void Write(RowWriter writer, string field)
    {
        switch (field)
        {
            case "name": writer.WriteText(Name); break;
            case "age" when Age is { } age: writer.WriteInt64(age); break;
            case "pay" when Pay is { } pay: writer.WriteNumber(pay); break;
            case "born" when Born is { } born: writer.WriteDate(born); break;
            case "updated_at": writer.WriteTimestamp(Updated); break;
            default: writer.WriteNull(); break;
        }
    }
}
