using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Database;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Exchange.Hosting.Tests.Configuration;

public sealed class HostConfigurationTests
{
    [Fact]
    public async Task Start_KnownSettings_Bound()
    {
        using var host = Build(("Catalog:Database:ConnectionString", "Host=x"), ("Catalog:Database:MaxPoolSize", "7"), ("Bus:Partitions", "2"));

        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(7, host.Services.GetRequiredService<IOptionsMonitor<DatabaseOptions>>().Get("catalog").MaxPoolSize);
        Assert.Equal(2, host.Services.GetRequiredService<IOptions<BusOptions>>().Value.Partitions);
    }

    [Fact]
    public async Task Start_UnknownAndInvalidSettings_AllReported()
    {
        using var host = Build(
            ("Catalog:Database:ConnectionStrng", "Host=x"), ("Catalog:Databse:MaxPoolSize", "1"), ("Bus:Partitions", "100"), ("Bus:Prefix", "UPPER"), ("Gateway:Unrelated", "1"));

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(TestContext.Current.CancellationToken));

        var text = failure.ToString();
        Assert.Contains("Catalog:Database:ConnectionStrng", text, StringComparison.Ordinal);
        Assert.Contains("Unknown setting 'Catalog:Databse'", text, StringComparison.Ordinal);
        Assert.Contains("ConnectionString field is required", text, StringComparison.Ordinal);
        Assert.Contains("Partitions", text, StringComparison.Ordinal);
        Assert.Contains("Prefix", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Gateway", text, StringComparison.Ordinal);
        Assert.Equal(RunHost.Misconfigured, RunHost.ExitCode(failure));
    }

    [Fact]
    public void Load_FileAndValues_LaterOnesWin()
    {
        var file = Path.Combine(Path.GetTempPath(), $"exchange-{Guid.CreateVersion7():N}.json");
        File.WriteAllText(file, """{"Bus":{"Partitions":3,"Prefix":"from-file"}}""");
        try
        {
            var options = HostConfiguration.Load(file, [new("Bus:Prefix", "from-values")]).ReadOptions<BusOptions>(BusOptions.Section);

            Assert.Equal((3, "from-values"), (options.Partitions, options.Prefix));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Load_MissingFile_Throws() => Assert.Throws<FileNotFoundException>(() => HostConfiguration.Load("/nowhere/exchange.json"));

    [Theory]
    [InlineData("", null)]
    [InlineData("amqp://u:p@h:1/", "amqp://u:p@h:1/")]
    public void ReadOptions_Broker_EmptyIsAbsent(string written, string? read) =>
        Assert.Equal(read, HostConfiguration.Load(null, [new("Bus:RabbitMq", written)]).ReadOptions<BusOptions>(BusOptions.Section).RabbitMq);

    [Fact]
    public void ReadOptions_BrokerIsNoAddress_FindingWithoutItsText()
    {
        var failure = Assert.Throws<OptionsValidationException>(() =>
            HostConfiguration.Load(null, [new("Bus:RabbitMq", "canary-password")]).ReadOptions<BusOptions>(BusOptions.Section));

        Assert.DoesNotContain("canary", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadOptions_Invalid_EveryFinding()
    {
        var configuration = HostConfiguration.Load(null, [new("Bus:Partitions", "0"), new("Bus:Prefix", "X")]);

        var failure = Assert.Throws<OptionsValidationException>(() => configuration.ReadOptions<BusOptions>(BusOptions.Section));

        Assert.Equal(2, failure.Failures.Count());
    }

    private static IHost Build(params (string Key, string? Value)[] settings)
    {
        var configuration = HostConfiguration.Load(null, settings.Select(s => KeyValuePair.Create(s.Key, s.Value)));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true }).UseExchangeDefaults(configuration);
        builder.Services.AddHostOptions<BusOptions>(configuration, "Bus");
        builder.Services.AddHostOptions<DatabaseOptions>(configuration, "Catalog:Database", "catalog");
        return builder.Build();
    }
}
