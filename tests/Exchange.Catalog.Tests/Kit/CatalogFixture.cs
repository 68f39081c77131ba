using Exchange.Catalog.Database;
using Exchange.Catalog.Ingest;
using Exchange.Catalog.Participants;
using Exchange.Catalog.Resources;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Database;
using Exchange.Testing;
using Exchange.Testing.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace Exchange.Catalog.Tests.Kit;

/// <summary>A migrated database with two participants, and what the catalogue's handlers need. One per test class.</summary>
public sealed class CatalogFixture : IAsyncLifetime
{
    public const string Publisher = "market-regulation";
    public const string Consumer = "service-centre";
    private static int s_resources;

    public PlatformDatabase Platform { get; private set; } = null!;

    public CatalogDatabase Database { get; private set; } = null!;

    public ManualTimeProvider Time { get; } = new();

    internal CapturedBus Bus { get; } = new();

    internal Announcements Announcements { get; private set; } = null!;

    internal BusOptions BusOptions { get; } = new() { Partitions = 4 };

    public async ValueTask InitializeAsync()
    {
        Platform = await PlatformDatabase.CreateAsync(async p =>
        {
            await using var migrating = Connect(p);
            var applied = await migrating.MigrateAsync(CancellationToken.None);
            Assert.False(applied.IsError, applied.ToString());
        });
        Database = Connect(Platform);
        Announcements = new Announcements(Bus, NullLogger<Announcements>.Instance);
        foreach (var code in new[] { Publisher, Consumer })
            Ok(await RegisterParticipantHandler.HandleAsync(new RegisterParticipant(code, "部门", code, null), Database, Time, CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        Announcements.Dispose();
        await Database.DisposeAsync();
        await Platform.DisposeAsync();
    }

    public static CatalogDatabase Connect(PlatformDatabase platform) => CatalogDatabase.Open(new DatabaseOptions { ConnectionString = platform.CatalogConnection });

    public static T Ok<T>(Result<T> result)
    {
        Assert.False(result.IsError, result.ToString());
        return result.Value;
    }

    public static string NewResourceName() => $"item_{Interlocked.Increment(ref s_resources)}";

    public async Task<Result<ResourceRegistered>> RegisterAsync(string name, string schema, string publisher = Publisher) =>
        await RegisterResourceHandler.HandleAsync(
            new RegisterResource(name, publisher, "测试资源", "Test resource", null, schema), Database, BusOptions, Time, CancellationToken.None);

    public async Task<T?> ScalarAsync<T>(string sql, params object?[] values)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.ScalarAsync<T>(sql, CancellationToken.None, values);
    }

    internal async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params object?[] values)
    {
        await using var connection = await Database.OpenAsync(CancellationToken.None);
        return await connection.ListAsync(sql, read, CancellationToken.None, values);
    }
}
