using System.Net;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Configuration;
using Exchange.Hosting.Health;
using Exchange.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hosting.Tests.Health;

public sealed class HealthServicesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Readyz_AllReady_200WithEveryCheck()
    {
        await using var app = await StartAsync(services => services.AddReadinessCheck("store", (_, _) => Task.FromResult(true)));
        using var client = Client(app);

        await Eventually.TrueAsync(async () => (await GetAsync(client, "/readyz")).Status == HttpStatusCode.OK);

        var (_, body) = await GetAsync(client, "/readyz");
        Assert.Equal("""{"status":"ready","checks":[{"name":"bus","ready":true},{"name":"store","ready":true}]}""", body);
    }

    [Fact]
    public async Task Readyz_CheckThrows_503WithoutTheReason()
    {
        await using var app = await StartAsync(services => services.AddReadinessCheck("store", (_, _) => throw new InvalidOperationException("canary-secret")));
        using var client = Client(app);

        var (status, body) = await GetAsync(client, "/readyz");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("""{"name":"store","ready":false}""", body, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-secret", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readyz_CheckHangs_503WithinSeconds()
    {
        await using var app = await StartAsync(services => services.AddReadinessCheck("store", async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return true;
        }));
        using var client = Client(app);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(client, "/readyz")).Status);
    }

    [Fact]
    public async Task BrokerNeverThere_HostStarts_AliveButNotReady()
    {
        await using var app = await StartAsync(_ => { }, ("Bus:RabbitMq", "amqp://guest:guest@127.0.0.1:1/"));
        using var client = Client(app);

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(client, "/livez")).Status);
        var (status, body) = await GetAsync(client, "/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("""{"name":"bus","ready":false}""", body, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(Action<IServiceCollection> configure, params (string Key, string? Value)[] settings)
    {
        var configuration = HostConfiguration.Load(null, settings.Select(s => KeyValuePair.Create(s.Key, s.Value)));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions()).UseExchangeDefaults(configuration);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore().AddExchangeBus(configuration, new RequestHandlers());
        configure(builder.Services);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.UseRouting();
        app.MapExchangeHealth();
        await app.StartAsync(Cancellation);
        return app;
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(15) };

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}
