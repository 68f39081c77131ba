using System.Diagnostics;
using Exchange.Catalog;
using Exchange.Gateway;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Embedded;
using Exchange.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Exchange.System.Tests.Deployment;

public sealed class ComposeTests
{
    private static readonly string[] s_hosts = ["catalog", "gateway", "adapter", "catalog-migrate", "gateway-migrate"];

    [Fact]
    public void Hosts_InCompose_TurnTelemetryOffAndDropPrivileges()
    {
        var services = ComposeFile.Services();

        Assert.All(s_hosts, host =>
        {
            Assert.Equal("false", ComposeFile.EnvironmentOf(host)["MASSTRANSIT_USAGE_TELEMETRY"]);
            Assert.Equal("true", services[host]["read_only"]);
            Assert.Contains("ALL", (List<object>)services[host]["cap_drop"]);
            Assert.Contains("no-new-privileges:true", (List<object>)services[host]["security_opt"]);
        });
    }

    [Fact]
    public void Files_NamedInCompose_AreInTheRepository()
    {
        var folder = Path.GetDirectoryName(ComposeFile.Path)!;
        foreach (var (name, service) in ComposeFile.Services())
        {
            var mounts = service.TryGetValue("volumes", out var volumes) ? ((List<object>)volumes).Cast<string>() : [];
            Assert.All(mounts.Where(mount => mount.StartsWith("./", StringComparison.Ordinal) && !mount.StartsWith("./adapters:", StringComparison.Ordinal)), mount =>
                Assert.True(File.Exists(Path.Combine(folder, mount.Split(':')[0])), $"{name}: {mount}"));
            if (service.TryGetValue("build", out var build))
                Assert.True(File.Exists(TestPaths.InRepository((string)((Dictionary<object, object>)build)["dockerfile"])), name);
        }
    }

    [Fact]
    public void Ports_OfCompose_OnlyTheGatewayOnLoopback()
    {
        var published = ComposeFile.Services().Where(service => service.Value.ContainsKey("ports")).ToList();

        var (name, gateway) = Assert.Single(published);
        Assert.Equal("gateway", name);
        Assert.StartsWith("127.0.0.1:", (string)Assert.Single((List<object>)gateway["ports"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Broker_InComposeAndReadme_MindsItselfAsTheTestedOneDoes()
    {
        Assert.Equal(RabbitMqBroker.SelfSupervision, ComposeFile.EnvironmentOf("rabbitmq")["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"]);
        Assert.Contains($"SERVER_ADDITIONAL_ERL_ARGS=\"{RabbitMqBroker.SelfSupervision}\"", File.ReadAllText(TestPaths.InRepository("deploy/README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("catalog")]
    [InlineData("gateway")]
    public void Settings_OfHost_AreAcceptedByItsOwnCheck(string host)
    {
        using var provider = Compose(host, ComposeFile.SettingsOf(host));

        provider.GetRequiredService<IStartupValidator>().Validate();
    }

    [Theory]
    [InlineData("catalog", "Catalog:Database:ConectionString")]
    [InlineData("gateway", "Gateway:Kees")]
    public void Settings_WithTypingError_AreRefusedByTheSameCheck(string host, string key)
    {
        using var provider = Compose(host, ComposeFile.SettingsOf(host).Append(new(key, "x")));

        var refused = Assert.ThrowsAny<Exception>(provider.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains(key, refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Config_OfDockerCompose_AcceptsTheFile()
    {
        var (found, _) = Run("docker", "compose", "version");
        Assert.SkipUnless(found, "docker compose is not installed.");

        var (accepted, output) = Run("docker", "compose", "-f", ComposeFile.Path, "--profile", "adapter", "config", "--quiet");

        Assert.True(accepted, output);
    }

    [Fact]
    public void Units_OfSystemd_AreHardenedWithTelemetryOff()
    {
        string[] lines = ["Environment=MASSTRANSIT_USAGE_TELEMETRY=false", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "User=exchange", "Restart=always"];
        var units = Directory.GetFiles(TestPaths.InRepository("deploy", "systemd"), "*.service");

        Assert.Equal(3, units.Length);
        Assert.All(units, unit => Assert.All(lines, line => Assert.Contains(line, File.ReadLines(unit), StringComparer.Ordinal)));
    }

    private static ServiceProvider Compose(string host, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration).AddLogging(logging => logging.ClearProviders());
        if (host is "catalog")
            services.AddExchangeBus(configuration, new RequestHandlers().AddCatalogHandlers()).AddCatalog(configuration);
        else
            services.AddExchangeBus(configuration, new RequestHandlers()).AddGateway(configuration);
        return services.BuildServiceProvider();
    }

    private static (bool Succeeded, string Output) Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode == 0, output);
        }
        catch (global::System.ComponentModel.Win32Exception)
        {
            return (false, $"{program} is not installed");
        }
    }
}
