using System.Diagnostics;
using System.Globalization;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Platform;
using Exchange.Hosting.Embedded;

namespace Exchange.Benchmarks.Peers;

/// <summary>
/// Bucardo, whose triggers note every change at the source, catches up with a backlog on a table that is the same on both sides before. Both servers
/// are of PostgreSQL 15, for which Debian has the Perl language that it needs; its own tables lie on the source's server.
/// </summary>
internal sealed class BucardoCatchUp : IPeer
{
    private const string Name = "Bucardo";
    private const string Role = "bucardo";

    private readonly Workbench _bench;
    private readonly Department _source;
    private readonly Department _target;
    private readonly LiveChanges _changes;

    private BucardoCatchUp(Workbench bench, Department source, Department target, LiveChanges changes) => (_bench, _source, _target, _changes) = (bench, source, target, changes);

    public static async Task<IPeer> OpenAsync(Workbench bench, CancellationToken cancellation)
    {
        PeerTools.Require(Name, "usr", "bin", "bucardo");
        PeerTools.Require(Name, "usr", "share", "perl5", "DBIx", "Safe.pm");
        var binaries = PeerTools.Postgres15(Name, "plperl.so");
        var source = Department.Connect(await bench.StartServerAsync("bucardo-a", binaries, [], cancellation), "postgres");
        var target = Department.Connect(await bench.StartServerAsync("bucardo-b", binaries, [], cancellation), "postgres");
        var changes = await LiveChanges.CreateAsync(source, bench.Options.Rows, bench.Options.Pairs + 1, cancellation);
        await EnterpriseTable.FillAsync(target.Database, LiveChanges.Table, bench.Options.Rows, cancellation);
        var peer = new BucardoCatchUp(bench, source, target, changes);
        try
        {
            await peer.InstallAsync(cancellation);
            return peer;
        }
        catch
        {
            await peer.DisposeServersAsync();
            throw;
        }
    }

    public async Task<double> RunAsync(int round, CancellationToken cancellation)
    {
        await _changes.ApplyAsync(round, cancellation);
        await _target.SettleAsync(cancellation);
        var watch = Stopwatch.StartNew();
        await BucardoAsync(["start"], cancellation);
        await _changes.ArrivedAsync(_target, round, cancellation);
        var elapsed = watch.Elapsed;
        await _changes.RequireAsync(_target, LiveChanges.Table, cancellation);
        await StopAsync(cancellation);
        return _changes.PerRound / elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await DisposeServersAsync();
    }

    private async Task InstallAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(Folder);
        await EnterpriseTable.ExecuteAsync(_source.Database, $"CREATE ROLE {Role} SUPERUSER LOGIN PASSWORD '{_source.Cluster.SuperuserPassword}'", cancellation);
        await BucardoAsync(["install", "--batch"], cancellation);
        await BucardoAsync(["set", $"reason_file={Path.Combine(Folder, "reason.txt")}"], cancellation);
        await BucardoAsync(["set", $"warning_file={Path.Combine(Folder, "warning.txt")}"], cancellation);
        foreach (var (database, server) in new[] { ("a", _source), ("b", _target) })
        {
            await BucardoAsync(
                ["add", "db", database, "dbname=postgres", "host=127.0.0.1", $"port={Port(server)}", $"user={PostgresCluster.Superuser}", $"pass={server.Cluster.SuperuserPassword}"], cancellation);
        }

        await BucardoAsync(["add", "table", $"public.{LiveChanges.Table}", "db=a", "relgroup=live"], cancellation);
        await BucardoAsync(["add", "sync", "live", "relgroup=live", "dbs=a:source,b:target", "onetimecopy=0", "autokick=1"], cancellation);
    }

    /// <summary>Its daemons end on their own after they were told to.</summary>
    private async Task StopAsync(CancellationToken cancellation)
    {
        await BucardoAsync(["stop"], cancellation);
        await _source.WaitAsync("SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = 'bucardo'", TimeSpan.FromMilliseconds(50), cancellation);
    }

    private Task<string> BucardoAsync(string[] arguments, CancellationToken cancellation)
    {
        var start = ChildProcess.OfDaemon(
            "perl",
            [
                PeerTools.Require(Name, "usr", "bin", "bucardo"), .. arguments, "--quiet", "--no-bucardorc",
                "--dbhost", "127.0.0.1", "--dbport", Port(_source), "--dbuser", arguments[0] == "install" ? PostgresCluster.Superuser : Role,
                "--dbname", arguments[0] == "install" ? "postgres" : Role, "--piddir", Folder, "--logdest", Folder,
            ]);
        // It looks for its schema in the folder it is started in, and leaves notes there.
        start.WorkingDirectory = arguments[0] == "install" ? PeerTools.Require(Name, "usr", "share", "bucardo") : Folder;
        foreach (var (name, value) in PeerTools.Environment) start.Environment[name] = value;
        start.Environment["PGPASSWORD"] = _source.Cluster.SuperuserPassword;
        start.Environment["HOME"] = Folder;
        return ChildProcess.RunToEndAsync(start, cancellation);
    }

    private async Task DisposeServersAsync()
    {
        foreach (var department in new[] { _target, _source })
        {
            await department.DisposeAsync();
            await department.Cluster.DisposeAsync();
        }
    }

    private string Folder => Path.Combine(_bench.Folder, "bucardo");

    private static string Port(Department department) => department.Cluster.Port.ToString(CultureInfo.InvariantCulture);
}
