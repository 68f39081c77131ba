using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Exchange.Hosting.Health;

/// <summary>
/// <c>/livez</c>: the process answers. <c>/readyz</c>: it can do its work, 200 or 503 with one line per check:
/// <c>{"status":"ready","checks":[{"name":"catalog-database","ready":true}]}</c>. Reasons go to the log, not to the caller.
/// The bus adds its own check <c>bus</c>.
/// </summary>
public static class HealthServices
{
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Adds a check that a database answers a query within two seconds.</summary>
    public static IServiceCollection AddDatabaseCheck(this IServiceCollection services, string name, Func<IServiceProvider, NpgsqlDataSource> database) =>
        services.AddReadinessCheck(name, async (provider, cancellation) =>
        {
            await using var command = database(provider).CreateCommand("SELECT 1");
            return await command.ExecuteScalarAsync(cancellation) is 1;
        });

    /// <summary>Adds a check of the host's own; an exception counts as not ready.</summary>
    public static IServiceCollection AddReadinessCheck(this IServiceCollection services, string name, Func<IServiceProvider, CancellationToken, Task<bool>> isReady)
    {
        services.AddHealthChecks().Add(new HealthCheckRegistration(name, provider => new Check(provider, isReady), HealthStatus.Unhealthy, tags: null, CheckTimeout));
        return services;
    }

    /// <summary>Maps <c>/livez</c> and <c>/readyz</c>; both are open to anyone.</summary>
    public static void MapExchangeHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/livez", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        endpoints.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new
    {
        status = report.Status == HealthStatus.Healthy ? "ready" : "unready",
        checks = report.Entries.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => new { name = e.Key, ready = e.Value.Status == HealthStatus.Healthy }),
    });

    private sealed class Check(IServiceProvider provider, Func<IServiceProvider, CancellationToken, Task<bool>> isReady) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await isReady(provider, cancellationToken) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
    }
}
