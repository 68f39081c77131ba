using System.Text.RegularExpressions;
using Exchange.Testing;
using Exchange.Testing.Servers;
using RabbitMQ.Client;
using Xunit;

namespace Exchange.Hosting.Tests.Deployment;

[Trait("Cost", "Servers")]
public sealed class RabbitMqDefinitionsTests
{
    [Fact]
    public async Task Import_OnRealBroker_LimitsRecordQueuesAndDeadLetters()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker.Address), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        string[] queues = ["exchange.records.p0.v1", "exchange.records.dead.v1", "exchange.catalog.commands"];
        var quorum = new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" };
        foreach (var queue in queues)
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, quorum);

        await broker.ControlAsync("import_definitions", TestPaths.InRepository("deploy", "rabbitmq", "definitions.json"));

        var listed = await broker.ControlAsync("list_queues", "name", "policy", "--quiet");
        Assert.Matches(new Regex(@"exchange\.records\.p0\.v1\s+exchange-records", RegexOptions.None, TimeSpan.FromSeconds(1)), listed);
        Assert.Matches(new Regex(@"exchange\.records\.dead\.v1\s+exchange-dead-letters", RegexOptions.None, TimeSpan.FromSeconds(1)), listed);
        Assert.DoesNotMatch(new Regex(@"exchange\.catalog\.commands\s+exchange-", RegexOptions.None, TimeSpan.FromSeconds(1)), listed);
    }
}
