using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;
using Exchange.Benchmarks.Ratios;
using Exchange.Hosting.Embedded;

namespace Exchange.Benchmarks.Peers;

/// <summary>PostGraphile 4 over the same table: one query by key. Node.js in its production mode, a worker for each core, no logs.</summary>
internal static class PostGraphile
{
    private const string Name = "PostGraphile";
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    public static async Task<HttpPeer> OpenAsync(Workbench bench, PublishedResource published, CancellationToken cancellation)
    {
        var program = PeerTools.Require(Name, "node_modules", "postgraphile", "cli.js");
        var exchange = await bench.ExchangeAsync(cancellation);
        var server = exchange.Platform.Cluster;
        var address = new Uri($"http://127.0.0.1:{LoopbackPort.Find()}");
        var start = ChildProcess.OfCommand(
            "node", program, "--connection", $"postgres://{PostgresCluster.Superuser}:{server.SuperuserPassword}@127.0.0.1:{server.Port}/{exchange.Platform.DatabaseName}",
            "--schema", "store", "--host", "127.0.0.1", "--port", address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--cluster-workers", Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture), "--disable-query-log", "--disable-graphiql", "--max-pool-size", "8");
        start.Environment["NODE_ENV"] = "production";
        var process = await ChildProcess.StartAsync(start);
        try
        {
            await WaitAsync(address, process, Query(published, EnterpriseRows.Key(0)), cancellation);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }

        return new HttpPeer(address, process, $"{Name} 4.14 with {Environment.ProcessorCount} workers and 8 connections each");
    }

    public static Call Call(PublishedResource published, string key) => new("POST", "/graphql", Query(published, key));

    private static string Query(PublishedResource published, string key) => JsonSerializer.Serialize(new
    {
        query = $"query($k:String!){{{published.Name}ByUscc(uscc:$k){{{string.Join(' ', EnterpriseTable.GrantedFields.Select(Camel))}}}}}",
        variables = new { k = key },
    });

    private static string Camel(string column) => string.Concat(column.Split('_').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>It answers 200 also to a query that fails; the first answer must hold the row.</summary>
    private static async Task WaitAsync(Uri address, ChildProcess process, string query, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = address };
        for (var watch = Stopwatch.StartNew(); ;)
        {
            if (process.HasExited || watch.Elapsed > StartDeadline) throw new BenchException($"{Name} did not start: {process.Tail}");
            try
            {
                using var answer = await http.PostAsync("/graphql", new StringContent(query, Encoding.UTF8, "application/json"), cancellation);
                var body = await answer.Content.ReadAsStringAsync(cancellation);
                if (body.Contains("\"legalRep\":\"", StringComparison.Ordinal)) return;
                throw new BenchException($"{Name} answers {body}");
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
            }
        }
    }
}
