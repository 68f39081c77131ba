using System.Globalization;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Reports;
using Exchange.Hosting.Embedded;
using Npgsql;
using Spectre.Console;

namespace Exchange.Benchmarks.Platform;

/// <summary>What the rows share: servers of their own for department A, department B and the platform, each started by the first row that needs it.</summary>
internal sealed class Workbench(BenchOptions options) : IAsyncDisposable
{
    /// <summary>The same for all servers, so that no side of a ratio has the better one. fsync is on, as it is by default.</summary>
    private static readonly Dictionary<string, string> ServerSettings = new(StringComparer.Ordinal)
    {
        ["shared_buffers"] = "512MB",
        ["max_wal_size"] = "8GB",
        ["checkpoint_timeout"] = "30min",
        ["max_connections"] = "200",
        ["wal_level"] = "logical",
        ["wal_writer_delay"] = "10ms",
        ["max_slot_wal_keep_size"] = "8GB",
    };

    private readonly List<IAsyncDisposable> _started = [];
    private readonly List<Missing> _missing = [];
    private Department? _source;
    private Department? _target;
    private ExchangePlatform? _exchange;
    private PublishedResource? _published;
    private readonly Dictionary<int, FollowedResource> _followed = [];

    public BenchOptions Options => options;

    /// <summary>Folder of this run's servers and files; deleted at the end.</summary>
    public string Folder { get; } = Directory.CreateDirectory(StateFolder.Combine("bench", $"run-{Guid.CreateVersion7():N}")).FullName;

    public string ServerVersion { get; private set; } = "";

    public string Settings =>
        $"PostgreSQL {(ServerVersion.Length > 0 ? ServerVersion : "not used")} with {string.Join(", ", ServerSettings.Select(s => $"{s.Key}={s.Value}"))}, fsync on; " +
        string.Create(CultureInfo.InvariantCulture, $"{options.Rows:N0} rows");

    /// <summary>Department A's server; its table <c>enterprise</c> is filled.</summary>
    public async Task<Department> SourceAsync(CancellationToken cancellation)
    {
        if (_source is not null) return _source;
        _source = await StartDepartmentAsync("a", cancellation);
        Say("filling the source table", "写入源表");
        await EnterpriseTable.FillAsync(_source.Database, EnterpriseTable.Name, options.Rows, cancellation);
        return _source;
    }

    /// <summary>Department B's server, empty.</summary>
    public async Task<Department> TargetAsync(CancellationToken cancellation) => _target ??= await StartDepartmentAsync("b", cancellation);

    public async Task<ExchangePlatform> ExchangeAsync(CancellationToken cancellation) => _exchange ??= await ExchangePlatform.StartAsync(this, cancellation);

    /// <summary>The test table as a granted resource, published from department A.</summary>
    public async Task<PublishedResource> PublishedAsync(CancellationToken cancellation)
    {
        if (_published is not null) return _published;
        var exchange = await ExchangeAsync(cancellation);
        var source = await SourceAsync(cancellation);
        Say("publishing the table that is read", "发布供读取的表");
        await exchange.GrantAsync(EnterpriseTable.Name, cancellation);
        await exchange.Adapters.PublishAsync(source, EnterpriseTable.Name, options.Rows, cancellation);
        await EnterpriseTable.ExecuteAsync(exchange.Platform.Database, $"VACUUM (ANALYZE) store.{EnterpriseTable.Name}", cancellation);
        return _published = new PublishedResource(EnterpriseTable.Name, options.Rows);
    }

    /// <summary>A resource of so many rows for subscribers to follow.</summary>
    public async Task<FollowedResource> FollowedAsync(int rows, CancellationToken cancellation) =>
        _followed.TryGetValue(rows, out var followed) ? followed : _followed[rows] = await FollowedResource.PublishAsync(this, rows, cancellation);

    /// <summary>Rows whose peers could not be had.</summary>
    public IReadOnlyList<Missing> Missing => _missing;

    /// <summary>Leaves a row out, by name.</summary>
    public void Leave(Promise promise, PeerMissingException reason)
    {
        _missing.Add(new Missing(promise, reason.Message));
        Say($"{promise.Name}: not measured, {reason.Message}", $"{promise.TitleZh}：未测，{reason.Message}");
    }

    public async Task<PostgresCluster> StartServerAsync(string name, CancellationToken cancellation) => Keep(await StartServerAsync(name, null, [], cancellation));

    /// <summary>Starts a server of a peer's own; whoever asks for it disposes of it.</summary>
    /// <param name="binaries">Another version than the exchange's, or null.</param>
    /// <param name="settings">What the peer needs beyond the settings of all.</param>
    public Task<PostgresCluster> StartServerAsync(string name, PostgresBinaries? binaries, Dictionary<string, string> settings, CancellationToken cancellation)
    {
        Say($"starting PostgreSQL for {name}", $"启动 {name} 的 PostgreSQL");
        var cluster = new PostgresClusterOptions { Folder = Path.Combine(Folder, name), Settings = ServerSettings.Concat(settings).ToDictionary(StringComparer.Ordinal), Binaries = binaries };
        return PostgresCluster.StartAsync(cluster, cancellation);
    }

    /// <summary>Keeps what was started until the end of the bench.</summary>
    public T Keep<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Add(started);
        return started;
    }

    public void Say(string english, string chinese) => AnsiConsole.MarkupLineInterpolated($"[grey]{(options.Chinese ? chinese : english)}[/]");

    /// <summary>What prints each pair of a row as it is measured.</summary>
    public Action<int, Pair> Report(Promise promise) => (number, pair) => AnsiConsole.MarkupLineInterpolated(
        $"{(options.Chinese ? promise.TitleZh : promise.Name)} {number}/{options.Pairs}: {ResultsTable.Rate(pair.Ours)} / {ResultsTable.Rate(pair.Peer)} {promise.Unit} = {ResultsTable.Ratio(pair.Ratio)}");

    public async ValueTask DisposeAsync()
    {
        for (var i = _started.Count - 1; i >= 0; i--) await _started[i].DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<Department> StartDepartmentAsync(string name, CancellationToken cancellation)
    {
        var cluster = await StartServerAsync(name, cancellation);
        var department = Keep(Department.Connect(cluster, "postgres"));
        await using var version = department.Database.CreateCommand("SHOW server_version");
        ServerVersion = ((string)(await version.ExecuteScalarAsync(cancellation))!).Split(' ')[0];
        return department;
    }
}
