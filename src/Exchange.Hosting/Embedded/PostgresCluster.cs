using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Exchange.Hosting.Embedded;

/// <summary>
/// A PostgreSQL server of our own: loopback only, password required, data checksums on. It stops when this object is disposed of and when this process
/// dies, even by SIGKILL. Linux only.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    public const string Superuser = "postgres";
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(20);

    private readonly PostgresClusterOptions _options;
    private readonly PostgresFolder _folder;
    private readonly PostgresBinaries _binaries;
    private ServerProcess? _process;

    private PostgresCluster(PostgresClusterOptions options, PostgresFolder folder, PostgresBinaries binaries)
    {
        _options = options;
        _folder = folder;
        _binaries = binaries;
    }

    public int Port { get; private set; }

    /// <summary>Major version of the server.</summary>
    public int Major => _binaries.Major;

    /// <summary>Process number of the postmaster.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The server does not run.");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Random password of the superuser, kept beside the data.</summary>
    public string SuperuserPassword => _folder.Password;

    /// <summary>Starts the server and returns once it takes connections. Initializes the folder at its first start.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message holds the end of its log.</exception>
    public static async Task<PostgresCluster> StartAsync(PostgresClusterOptions options, CancellationToken ct = default)
    {
        var binaries = options.Binaries ?? await PostgresBinaries.FindAsync();
        var folder = await PostgresFolder.PrepareAsync(options.Folder, binaries);
        var cluster = new PostgresCluster(options, folder, binaries);
        try
        {
            await cluster.StartOnFreePortAsync(ct);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Npgsql connection string for a role of this server.</summary>
    public string ConnectionString(string database, string role, string password) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Database = database,
            Username = role,
            Password = password,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            IncludeErrorDetail = false,
        }.ConnectionString;

    /// <summary>Npgsql connection string for the superuser.</summary>
    public string ConnectionString(string database = "postgres") => ConnectionString(database, Superuser, SuperuserPassword);

    /// <summary>Ends all processes of the server with SIGKILL, at any moment, as a crash would. Data that was committed stays.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        await _process.KillAsync();
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Starts the server again on the same port, after <see cref="KillAsync"/> or over a fast stop.</summary>
    public async Task RestartAsync(CancellationToken ct = default)
    {
        await StopAsync();
        await LaunchAsync(Port, ct);
    }

    /// <summary>Fast stop: open transactions are rolled back, connections closed, a checkpoint written.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
            return;
        _process.Signal(Signals.Interrupt);
        if (!await _process.WaitForExitAsync(s_stopTimeout))
            await _process.KillAsync();
        await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StartOnFreePortAsync(CancellationToken ct)
    {
        if (_options.Port is { } fixedPort)
        {
            await LaunchAsync(fixedPort, ct);
            return;
        }

        const int Attempts = 5;
        var port = _folder.LastPort is { } last && LoopbackPort.IsFree(last) ? last : LoopbackPort.Find();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await LaunchAsync(port, ct);
                _folder.LastPort = port;
                return;
            }
            catch (InvalidOperationException) when (attempt < Attempts && !LoopbackPort.IsFree(port))
            {
                // Another program took the port between the look and the start.
                port = LoopbackPort.Find();
            }
        }
    }

    private async Task LaunchAsync(int port, CancellationToken ct)
    {
        Port = port;
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = "",
            ["password_encryption"] = "scram-sha-256",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["lc_messages"] = "C",
        };
        foreach (var (name, value) in _options.Settings)
            settings[name] = value;

        var command = new ServerCommand(
            _binaries.Server, ["-D", _folder.Data, .. settings.SelectMany(s => new[] { "-c", $"{s.Key}={s.Value}" })], "/", _folder.Log)
        {
            RunAs = _folder.RunAs,
            Environment = _binaries.Environment,
            // Immediate shutdown: the postmaster takes its children along.
            DeathSignal = "QUIT",
        };
        _process = await ServerProcess.StartAsync(command);
        await WaitUntilReadyAsync(_process, ct);
    }

    private async Task WaitUntilReadyAsync(ServerProcess process, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var probe = new NpgsqlConnectionStringBuilder(ConnectionString()) { Pooling = false, Timeout = 2 }.ConnectionString;
        while (true)
        {
            if (await process.HasEndedAsync())
                throw new InvalidOperationException($"PostgreSQL ended with {process.ExitCode} at its start. The end of {_folder.Log}:\n{process.Tail}");
            try
            {
                await using var connection = new NpgsqlConnection(probe);
                await connection.OpenAsync(ct);
                return;
            }
            catch (NpgsqlException e) when (clock.Elapsed < _options.StartTimeout && e is not PostgresException { SqlState: PostgresErrorCodes.InvalidPassword })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
            }
        }
    }
}
