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
        await PublishAsync(address, folder);
        await broker.KillAsync();

        Assert.False(broker.IsRunning);
        Assert.DoesNotContain(children, ProcessTree.IsAlive);
        await broker.RestartAsync();
        Assert.Equal(address, broker.Address);
        Assert.Equal("42", await ReadAsync(address));
    }

    [Fact]
    public async Task LogOfQuorumQueues_ItsWriterDies_TheNodeEndsAndComesBackWithWhatWasConfirmed()
    {
        var folder = TestFolder.Create("rabbitmq");
        await using var broker = await RabbitMqServer.StartAsync(folder);
        await PublishAsync(broker.Address, folder);

        await Assert.ThrowsAsync<InvalidOperationException>(() => broker.ControlAsync("eval", "exit(whereis(ra_log_wal), kill), timer:sleep(infinity)."));

        await Eventually.TrueAsync(() => !broker.IsRunning);
        await broker.RestartAsync();
        Assert.Equal("42", await ReadAsync(broker.Address));
    }

    [Fact]
    public async Task Node_Started_LooksForRoomEverySecondWhileItHasNone()
    {
        var broker = await RabbitMqServer.SharedAsync();
        Assert.Equal("1000", (await broker.ControlAsync("-q", "eval", "rabbit_disk_monitor:get_max_check_interval().")).Trim());
    }

    [Fact]
    public async Task Application_StoppedByAnAdministrator_TheNodeStays()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        await broker.ControlAsync("stop_app");
        await broker.ControlAsync("start_app");
        Assert.True(broker.IsRunning);
        await using var connection = await ConnectAsync(broker.Address);
        await broker.StopAsync();
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

    /// <summary>Into a quorum queue, confirmed and on disk.</summary>
    private static async Task PublishAsync(string address, string folder)
    {
        await using var connection = await ConnectAsync(address);
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using var channel = await connection.CreateChannelAsync(options);
        await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false, QuorumArguments());
        await channel.BasicPublishAsync("", "kept", mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes("42"));
        await RabbitMqServer.QueueOnDiskAsync(folder, "kept");
    }

    private static async Task<string> ReadAsync(string address)
    {
        await using var connection = await ConnectAsync(address);
        await using var channel = await connection.CreateChannelAsync();
        BasicGetResult? message = null;
        await Eventually.TrueAsync(async () => (message = await channel.BasicGetAsync("kept", autoAck: true)) is not null);
        return Encoding.UTF8.GetString(message!.Body.Span);
    }

    private static Dictionary<string, object?> QuorumArguments() => new(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" };

    private static Task<IConnection> ConnectAsync(string address) =>
        new ConnectionFactory { Uri = new Uri(address), AutomaticRecoveryEnabled = false }.CreateConnectionAsync();
}
