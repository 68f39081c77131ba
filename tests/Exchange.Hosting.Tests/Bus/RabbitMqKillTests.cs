using System.Collections.Concurrent;
using System.Diagnostics;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Bus.RabbitMq;
using Exchange.Testing;
using Exchange.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using IBusControl = MassTransit.IBusControl;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>The broker dies by SIGKILL, again and again.</summary>
[Trait("Cost", "Servers")]
public sealed class RabbitMqKillTests
{
    private const int Restarts = 5;
    private const int ControlRestarts = 3;
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_BrokerKilledAgainAndAgainUnderLoad_NothingConfirmedIsLostAndNoCallHangs()
    {
        var folder = TestFolder.Create("rabbitmq-kill");
        await using var broker = await RabbitMqServer.StartAsync(folder);
        var options = RabbitMqTransports.Options(broker.Address);
        await using var transport = RabbitMqTransports.Create(options);
        await using var consumer = new RunningConsumer(transport, 0);
        var confirmed = new ConcurrentBag<long>();
        var longest = TimeSpan.Zero;
        await transport.PublishAsync(Batches.Create(0), Cancellation);
        await RabbitMqServer.QueueOnDiskAsync(folder, new RecordTopology(options).Queue(0));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var next = 0L;
        var publishers = Enumerable.Range(0, 200).Select(_ => PublishAsync()).ToArray();

        for (var i = 0; i < Restarts; i++)
        {
            var before = confirmed.Count;
            await Eventually.TrueAsync(() => confirmed.Count > before + 500, TimeSpan.FromSeconds(60));
            await broker.KillAsync();
            await broker.RestartAsync(Cancellation);
        }
        var reached = confirmed.Count;
        await Eventually.TrueAsync(() => confirmed.Count > reached + 500, TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await Task.WhenAll(publishers);

        await Eventually.TrueAsync(() => consumer.Sequences.ToHashSet().IsSupersetOf(confirmed), TimeSpan.FromSeconds(60));
        var seen = consumer.Sequences.ToArray();
        var (lost, unexpected) = (confirmed.Except(seen).Count(), seen.Count(s => s < 0 || s > next));
        TestContext.Current.SendDiagnosticMessage(
            $"attempt {next}, acknowledged {confirmed.Count}, ok {seen.Distinct().Count()}, lost {lost}, duplicated {seen.Length - seen.Distinct().Count()}, unexpected {unexpected}, recovered {seen.Except(confirmed).Count()}; longest call {longest}");
        Assert.Equal((0, 0), (lost, unexpected));
        Assert.InRange(longest, TimeSpan.Zero, LongestCall);

        async Task PublishAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                var sequence = Interlocked.Increment(ref next);
                var watch = Stopwatch.StartNew();
                try
                {
                    await transport.PublishAsync(Batches.Create(sequence), Cancellation);
                    confirmed.Add(sequence);
                }
                catch (TransportUnavailableException)
                {
                    // It may have arrived or not.
                    await Task.Delay(20, Cancellation);
                }
                if (watch.Elapsed > longest) longest = watch.Elapsed;
            }
        }
    }

    [Fact]
    public async Task ControlBus_EndpointsThatEnded_AreStartedAgain()
    {
        await using var broker = await RabbitMqServer.StartAsync(TestFolder.Create("rabbitmq-mend"));
        await using var pair = await ControlPair.StartAsync(RabbitMqTransports.Options(broker.Address), Cancellation);
        Assert.False((await pair.AskAsync(TimeSpan.FromSeconds(10), Cancellation)).IsError);
        BusHost[] hosts = [pair.Service, pair.Caller];
        foreach (var host in hosts) await Eventually.TrueAsync(() => Says(host, "The bus is connected"));

        foreach (var endpoint in hosts.SelectMany(h => h.Services.GetRequiredService<IBusControl>().CheckHealth().Endpoints.Values))
            await endpoint.ReceiveEndpoint.Stop(Cancellation);
        Assert.True((await pair.AskAsync(TimeSpan.FromSeconds(1), Cancellation)).IsError);

        await Eventually.TrueAsync(async () => !(await pair.AskAsync(TimeSpan.FromSeconds(2), Cancellation)).IsError, TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => pair.IsHeardAsync(1, Cancellation), TimeSpan.FromSeconds(30));
        Assert.All(hosts, h => Assert.True(Says(h, "it is started again")));
        Assert.All(hosts, h => Assert.DoesNotContain(h.Log.Lines, l => l.Level == LogLevel.Critical));

        static bool Says(BusHost host, string words) => host.Log.Lines.Any(l => l.Text.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ControlBus_BrokerKilledAgainAndAgain_RequestsAndListenersComeBack()
    {
        var folder = TestFolder.Create("rabbitmq-control");
        await using var broker = await RabbitMqServer.StartAsync(folder);
        var options = RabbitMqTransports.Options(broker.Address);
        await using var pair = await ControlPair.StartAsync(options, Cancellation);
        Assert.False((await pair.AskAsync(TimeSpan.FromSeconds(10), Cancellation)).IsError);
        await RabbitMqServer.QueueOnDiskAsync(folder, $"{options.Prefix}.commands.v1");

        for (var i = 1; i <= ControlRestarts; i++)
        {
            await broker.KillAsync();
            var watch = Stopwatch.StartNew();
            Assert.True((await pair.AskAsync(TimeSpan.FromSeconds(1), Cancellation)).IsError);
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(4));
            await broker.RestartAsync(Cancellation);

            await Eventually.TrueAsync(async () => !(await pair.AskAsync(TimeSpan.FromSeconds(2), Cancellation)).IsError, TimeSpan.FromSeconds(60));
            var version = i;
            await Eventually.TrueAsync(() => pair.IsHeardAsync(version, Cancellation), TimeSpan.FromSeconds(60));
        }
    }
}
