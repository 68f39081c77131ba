using System.Diagnostics;
using System.Globalization;
using System.Text;
using Exchange.Hosting.Embedded;
using Exchange.Testing;
using Exchange.Testing.Servers;
using RabbitMQ.Client;
using Xunit;

namespace Exchange.Hosting.Tests.Embedded;

[Trait("Cost", "Servers")]
public sealed class RabbitMqBrokerTests
{
    [Fact]
    public async Task Kill_WithConfirmedMessage_RestartsOnSamePortWithIt()
    {
        var folder = TestFolder.Create("rabbitmq");
        await using var broker = await RabbitMqServer.StartAsync(folder);
        var address = broker.Address;
        var children = ProcessTree.Descendants(broker.ProcessId);
        await using (var connection = await ConnectAsync(address))
        {
            var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
            await using var channel = await connection.CreateChannelAsync(options);
            await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false, QuorumArguments());
            await channel.BasicPublishAsync("", "kept", mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes("42"));
            await RabbitMqServer.QueueOnDiskAsync(folder, "kept");
            await broker.KillAsync();
        }

        Assert.False(broker.IsRunning);
        Assert.DoesNotContain(children, ProcessTree.IsAlive);
        await broker.RestartAsync();
        Assert.Equal(address, broker.Address);
        await using var again = await ConnectAsync(address);
        await using var reader = await again.CreateChannelAsync();
        BasicGetResult? message = null;
        await Eventually.TrueAsync(async () => (message = await reader.BasicGetAsync("kept", autoAck: true)) is not null);
        Assert.Equal("42", Encoding.UTF8.GetString(message!.Body.Span));
    }

    [Fact]
    public async Task OwnersDeath_BySigkill_LeavesNeitherNodeNorPortMapperBehind()
    {
        var owner = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Exchange.Testing.dll"), "rabbitmq", TestFolder.Create("orphan")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var node = int.Parse(await owner.StandardOutput.ReadLineAsync() ?? "", CultureInfo.InvariantCulture);
        var processes = ProcessTree.Descendants(owner.Id);
        Assert.Contains(processes, process => process.Id == node);
        Assert.True(processes.Count > 2);

        owner.Kill(entireProcessTree: false);

        await Eventually.TrueAsync(() => !processes.Any(ProcessTree.IsAlive));
    }

    private static Dictionary<string, object?> QuorumArguments() => new(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" };

    private static Task<IConnection> ConnectAsync(string address) =>
        new ConnectionFactory { Uri = new Uri(address), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
}
