using System.Data;
using System.Diagnostics;
using Exchange.Hosting.Database;
using Exchange.Testing;
using Exchange.Testing.Faults;
using Exchange.Testing.Servers;
using Npgsql;

namespace Exchange.Hosting.Tests.Database;

[Trait("Cost", "Servers")]
public sealed class SessionGuardTests : IAsyncLifetime
{
    private static readonly byte[] EmptyCopy = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
    private const int DriverLimit = 20;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(14);

    private PlatformDatabase _database = null!;
    private FaultProxy _proxy = null!;
    private NpgsqlDataSource _source = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await PlatformDatabase.CreateAsync();
        _proxy = FaultProxy.Start(_database.Cluster.Port);
        var behind = new NpgsqlConnectionStringBuilder(_database.SuperuserConnection) { Port = _proxy.Port }.ConnectionString;
        _source = DatabaseFactory.Create(new DatabaseOptions { ConnectionString = behind }, "guarded");
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _proxy.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Watch_DeadSessionInATransaction_EndsItHereAndAtTheServer()
    {
        await using var connection = await _source.OpenLiveAsync(Cancellation);
        await using var transaction = await connection.BeginLiveAsync(IsolationLevel.ReadCommitted, Cancellation);
        var session = connection.ProcessID;
        using var guard = new SessionGuard(connection, Cancellation);
        _proxy.Forget();
        await using var command = new NpgsqlCommand("SELECT 1", connection) { CommandTimeout = 600 };

        var begun = Stopwatch.GetTimestamp();
        var failure = await Assert.ThrowsAsync<NpgsqlException>(() => guard.WatchAsync(command.ExecuteScalarAsync(guard.Token)));

        Assert.True(DatabaseFaults.IsUnavailable(failure));
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, Soon);
        await Eventually.EqualAsync(0, async () => await _database.ScalarAsync<int>("SELECT count(*)::int FROM pg_stat_activity WHERE pid = $1", session));
    }

    [Fact]
    public async Task Watch_DeadSessionAtTheEndOfACopy_IsLeftBehindByWhoeverMay()
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_database.SuperuserConnection) { Port = _proxy.Port, Pooling = false, CommandTimeout = DriverLimit }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using (var create = new NpgsqlCommand("CREATE TEMPORARY TABLE copied (text text)", connection)) await create.ExecuteNonQueryAsync(Cancellation);
        var copy = await connection.BeginRawBinaryCopyAsync("COPY copied FROM STDIN (FORMAT binary)", Cancellation);
        await copy.WriteAsync(EmptyCopy, Cancellation);
        using var guard = new SessionGuard(connection, Cancellation) { Parting = TimeSpan.FromSeconds(1) };
        _proxy.Forget();
        var end = copy.DisposeAsync().AsTask();

        var begun = Stopwatch.GetTimestamp();
        var failure = await Assert.ThrowsAsync<NpgsqlException>(() => guard.WatchAsync(end));

        Assert.True(DatabaseFaults.IsUnavailable(failure));
        Assert.False(end.IsCompleted);
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, Soon);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => end);
    }

    [Fact]
    public async Task End_SessionDiesAtTheEndOfACopy_FreesItsLocksAndIsDisposedOfWithoutWaiting()
    {
        await using (var create = _source.CreateCommand("CREATE TABLE locked (id bigint)")) await create.ExecuteNonQueryAsync(Cancellation);
        var transaction = await LiveTransaction.BeginAsync(_source, IsolationLevel.ReadCommitted, Cancellation);
        await using (var take = new NpgsqlCommand("LOCK TABLE locked", transaction.Connection)) await take.ExecuteNonQueryAsync(Cancellation);
        var copy = await transaction.Connection.BeginRawBinaryCopyAsync("COPY locked FROM STDIN (FORMAT binary)", Cancellation);
        await copy.WriteAsync(EmptyCopy, Cancellation);
        _proxy.Forget();

        var begun = Stopwatch.GetTimestamp();
        await Assert.ThrowsAsync<NpgsqlException>(() => transaction.EndAsync(() => copy.DisposeAsync().AsTask()));
        await transaction.DisposeAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, Soon);
        await _database.ExecuteAsync("SET lock_timeout = '5s'; DROP TABLE locked");
    }

    [Fact]
    public async Task Watch_StatementThatTakesLong_IsLeftAlone()
    {
        await using var connection = await _source.OpenLiveAsync(Cancellation);
        using var guard = new SessionGuard(connection, Cancellation);
        await using var command = new NpgsqlCommand("SELECT 7 FROM pg_sleep(7)", connection);

        Assert.Equal(7, await guard.WatchAsync(command.ExecuteScalarAsync(guard.Token)));
    }

    [Fact]
    public async Task Watch_ServerThatCannotBeAsked_WaitsAsBefore()
    {
        await using var connection = await _source.OpenLiveAsync(Cancellation);
        using var guard = new SessionGuard(connection, Cancellation);
        await using var command = new NpgsqlCommand("SELECT 7 FROM pg_sleep(1)", connection);
        _proxy.Blackhole();
        var call = guard.WatchAsync(command.ExecuteScalarAsync(guard.Token));
        await Assert.ThrowsAsync<TimeoutException>(() => call.WaitAsync(TimeSpan.FromSeconds(6), Cancellation));

        _proxy.Pass();

        Assert.Equal(7, await call.WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task OpenLive_DeadOnesInThePool_GivesOneThatAnswers()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var pooled = await _source.OpenConnectionAsync(Cancellation);
            await using var command = new NpgsqlCommand("SELECT pg_sleep(0.1)", pooled);
            await command.ExecuteNonQueryAsync(Cancellation);
        }));
        _proxy.Forget();

        var begun = Stopwatch.GetTimestamp();
        await using var connection = await _source.OpenLiveAsync(Cancellation);
        await using var alive = new NpgsqlCommand("SELECT 7", connection);

        Assert.Equal(7, await alive.ExecuteScalarAsync(Cancellation));
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, Soon);
    }
}
