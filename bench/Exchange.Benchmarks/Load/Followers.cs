using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Exchange.Records.Rows;

namespace Exchange.Benchmarks.Load;

/// <summary>Subscribers that follow one resource's change feed; written to a file that names the one process of a run.</summary>
/// <param name="Purposes">One subscriber for each: the purposes of their grants.</param>
/// <param name="Changes">Each subscriber goes on until it has had so many changes.</param>
/// <param name="Fields">Fields of a granted row.</param>
internal sealed record FollowPlan(Uri Server, string Token, string Resource, string[] Purposes, long Changes, int Fields);

/// <param name="Changes">Changes had by all subscribers together.</param>
/// <param name="Seconds">From the first change that any of them had to the last.</param>
internal sealed record FollowResult(long Changes, double Seconds);

/// <summary>
/// Open change feeds by long poll in the row format, as sinks follow them. A process of its own (<c>follow PLAN</c>): it writes a line once every
/// subscriber has its cursor, and its result when all have had every change.
/// </summary>
internal static class Followers
{
    public const string Ready = "ready";
    private const int OpenAtOnce = 16;
    private const int PageRows = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static async Task<int> MainAsync(string planFile, CancellationToken cancellation)
    {
        var plan = JsonSerializer.Deserialize<FollowPlan>(await File.ReadAllTextAsync(planFile, cancellation))!;
        using var http = new HttpClient(new SocketsHttpHandler { MaxResponseDrainSize = 0 }) { BaseAddress = plan.Server, Timeout = TimeSpan.FromMinutes(5) };
        var cursors = new string[plan.Purposes.Length];
        var opening = new ParallelOptions { MaxDegreeOfParallelism = OpenAtOnce, CancellationToken = cancellation };
        await Parallel.ForAsync(0, cursors.Length, opening, async (i, stop) => cursors[i] = await OpenAsync(http, plan, plan.Purposes[i], stop));
        Console.WriteLine(Ready);
        var times = await Task.WhenAll(plan.Purposes.Select((purpose, i) => FollowAsync(http, plan, purpose, cursors[i], cancellation)));
        Console.WriteLine(JsonSerializer.Serialize(new FollowResult(
            plan.Changes * plan.Purposes.Length, Stopwatch.GetElapsedTime(times.Min(t => t.First), times.Max(t => t.Last)).TotalSeconds)));
        return 0;
    }

    /// <summary>Begins a snapshot for the cursor at which its changes go on; the rows are left unread.</summary>
    private static async Task<string> OpenAsync(HttpClient http, FollowPlan plan, string purpose, CancellationToken cancellation)
    {
        while (true)
        {
            using var answer = await AskAsync(http, plan, purpose, $"/v1/data/{plan.Resource}", HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (answer.IsSuccessStatusCode) return answer.Headers.GetValues("Exchange-Cursor").First();
            await RequireBusyAsync(answer, cancellation);
        }
    }

    private static async Task<(long First, long Last)> FollowAsync(HttpClient http, FollowPlan plan, string purpose, string cursor, CancellationToken cancellation)
    {
        long first = 0, had = 0;
        while (true)
        {
            using var answer = await AskAsync(
                http, plan, purpose, $"/v1/changes/{plan.Resource}?after={Uri.EscapeDataString(cursor)}&limit={PageRows}&wait=60", HttpCompletionOption.ResponseContentRead, cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                await RequireBusyAsync(answer, cancellation);
                continue;
            }

            cursor = answer.Headers.GetValues("Exchange-Cursor").First();
            var rows = CountRows(await answer.Content.ReadAsByteArrayAsync(cancellation), plan.Fields + 1);
            if (rows > 0 && had == 0) first = Stopwatch.GetTimestamp();
            if ((had += rows) >= plan.Changes) return (first, Stopwatch.GetTimestamp());
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(
        HttpClient http, FollowPlan plan, string purpose, string path, HttpCompletionOption completion, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", plan.Token);
        request.Headers.Add("Exchange-Purpose", purpose);
        request.Headers.Accept.ParseAdd("application/vnd.exchange.rows");
        return await http.SendAsync(request, completion, cancellation);
    }

    /// <summary>A gateway with too much to do says so, and is asked again a little later; any other refusal ends the run.</summary>
    private static async Task RequireBusyAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
            throw new InvalidDataException($"{answer.RequestMessage?.RequestUri?.AbsolutePath}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellation)}");
        await Task.Delay(Pause, cancellation);
    }

    private static int CountRows(ReadOnlySpan<byte> file, int fields)
    {
        const int header = 19, trailer = 2;
        var reader = new RowReader(file[header..^trailer]);
        var slices = new FieldSlice[fields];
        var rows = 0;
        while (reader.ReadRow(slices)) rows++;
        return reader.Fault is { } fault ? throw new InvalidDataException($"Not rows at {fault.Offset}: {fault.Reason}") : rows;
    }
}
