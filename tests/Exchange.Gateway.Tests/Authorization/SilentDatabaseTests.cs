using System.Diagnostics;
using System.Net;
using Exchange.Gateway.Tests.Kit;
using Exchange.Testing;
using Exchange.Testing.Faults;

namespace Exchange.Gateway.Tests.Authorization;

[Trait("Cost", "Servers")]
public sealed class SilentDatabaseTests
{
    private static readonly TimeSpan WholeWithin = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Sessions_ForgottenByTheNetwork_AreReplacedAndTheLogGoesOnWithoutAGap()
    {
        await using var database = await Node.NewDatabaseAsync();
        await using var proxy = FaultProxy.Start(database.Cluster.Port);
        var behind = new Npgsql.NpgsqlConnectionStringBuilder(database.GatewayConnection) { Host = "127.0.0.1", Port = proxy.Port }.ConnectionString;
        await using var node = await Node.StartAsync(database, connection: behind);
        var enterprises = await Enterprises.CreateAsync(node, rows: 3);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted);
        using var client = await node.ClientAsync("service");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/data/enterprise")).StatusCode);

        proxy.Forget();

        // The lost session still holds the log's lock at the server: it has to be ended there.
        var begun = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() => AnswersAsync(client), WholeWithin * 2);
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, WholeWithin);
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT max(index) + 1 - count(*) FROM audit.entry"));
    }

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            return (await client.GetAsync("/v1/data/enterprise")).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // Broken off: what it waited for will not come.
            return false;
        }
    }
}
