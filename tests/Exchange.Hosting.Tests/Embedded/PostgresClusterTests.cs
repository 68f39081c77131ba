using System.Diagnostics;
using System.Globalization;
using Exchange.Hosting.Embedded;
using Exchange.Testing;
using Exchange.Testing.Servers;
using Npgsql;
using Xunit;

namespace Exchange.Hosting.Tests.Embedded;

[Trait("Cost", "Servers")]
public sealed class PostgresClusterTests
{
    [Fact]
    public async Task Start_NewFolder_ListensOnLoopbackWithChecksumsAndPassword()
    {
        await using var cluster = await PostgresServer.StartAsync();

        Assert.Equal("127.0.0.1", await ScalarAsync<string>(cluster.ConnectionString(), "SHOW listen_addresses"));
        Assert.Equal("", await ScalarAsync<string>(cluster.ConnectionString(), "SHOW unix_socket_directories"));
        Assert.Equal("on", await ScalarAsync<string>(cluster.ConnectionString(), "SHOW data_checksums"));
        Assert.Equal("on", await ScalarAsync<string>(cluster.ConnectionString(), "SHOW fsync"));
        Assert.Equal("UTF8", await ScalarAsync<string>(cluster.ConnectionString(), "SHOW server_encoding"));
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => ScalarAsync<int>(cluster.ConnectionString("postgres", PostgresCluster.Superuser, "wrong"), "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task Kill_WithCommittedRows_RestartsOnSamePortWithThem()
    {
        await using var cluster = await PostgresServer.StartAsync();
        await ScalarAsync<int>(cluster.ConnectionString(), "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
        var port = cluster.Port;
        var children = ProcessTree.Descendants(cluster.ProcessId);
        Assert.NotEmpty(children);

        await cluster.KillAsync();

        Assert.False(cluster.IsRunning);
        Assert.DoesNotContain(children, ProcessTree.IsAlive);
        await cluster.RestartAsync();
        Assert.Equal(port, cluster.Port);
        Assert.Equal(1000L, await ScalarAsync<long>(cluster.ConnectionString(), "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task Start_FolderOfEarlierServer_GoesOnWithItsData()
    {
        var folder = TestFolder.Create("again");
        await using (var first = await PostgresServer.StartAsync(folder))
            await ScalarAsync<int>(first.ConnectionString(), "CREATE TABLE kept AS SELECT 42 AS n");

        await using var second = await PostgresServer.StartAsync(folder);

        Assert.Equal(42, await ScalarAsync<int>(second.ConnectionString(), "SELECT n FROM kept"));
    }

    [Fact]
    public async Task Start_ImpossibleSetting_FailsWithTheServersOwnWords()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["shared_buffers"] = "lots" };

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => PostgresServer.StartAsync(settings: settings));

        Assert.Contains("shared_buffers", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnersDeath_BySigkill_LeavesNoServerBehind()
    {
        var owner = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Exchange.Testing.dll"), "postgres", TestFolder.Create("orphan")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var server = int.Parse(await owner.StandardOutput.ReadLineAsync() ?? "", CultureInfo.InvariantCulture);
        ProcessTree.Entry[] processes = [ProcessTree.Read(server)!.Value, .. ProcessTree.Descendants(server)];
        Assert.True(processes.Length > 2);

        owner.Kill(entireProcessTree: false);

        await Eventually.TrueAsync(() => !processes.Any(ProcessTree.IsAlive));
    }

    private static async Task<T?> ScalarAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }
}
