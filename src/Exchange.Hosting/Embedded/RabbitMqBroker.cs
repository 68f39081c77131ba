using System.Diagnostics;
using System.Globalization;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Exchange.Hosting.Embedded;

/// <summary>
/// A RabbitMQ broker of our own: one node, loopback only, its own port mapper, no management. It stops when this object is disposed of and when this
/// process dies, even by SIGKILL. Linux only.
/// </summary>
public sealed class RabbitMqBroker : IAsyncDisposable
{
    /// <summary>
    /// Arguments with which a node minds itself. While it is short of room it looks every second whether there is some again, instead of every ten. And it ends where the process ends
    /// that writes the log of its quorum queues, as on a disk that is full to the last byte: RabbitMQ 3.10 starts that process again and goes on, with queues that hang, and break a
    /// while later; a node that has ended is started by its supervisor, and reads from its disk what was confirmed.
    /// Nothing ends where the node itself stops. There is no space in the expression, as the start script splits at spaces.
    /// </summary>
    public const string SelfSupervision =
        "-eval spawn(fun()->catch(rabbit_disk_monitor:set_max_check_interval(1000)),[erlang:monitor(process,P)||P<-[whereis(ra_log_wal)],is_pid(P)],(receive{'DOWN',_,_,_,_}->(whereis(rabbit_sup)=/=undefined)andalso(halt(1))end)end).";

    private const string User = "exchange";
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_controlTimeout = TimeSpan.FromSeconds(60);

    private readonly RabbitMqBrokerOptions _options;
    private readonly RabbitMqBinaries _binaries;
    private readonly string _folder;
    private readonly string _password;
    private readonly int _mapperPort = LoopbackPort.Find();
    private readonly int _distributionPort = LoopbackPort.Find();
    private ServerProcess? _mapper;
    private ServerProcess? _node;

    private RabbitMqBroker(RabbitMqBrokerOptions options, RabbitMqBinaries binaries)
    {
        _options = options;
        _binaries = binaries;
        _folder = Path.GetFullPath(options.Folder);
        Directory.CreateDirectory(_folder);
        _password = SecretFile.ReadOrCreate(Path.Combine(_folder, "password"));
        Port = options.Port ?? LoopbackPort.Find();
    }

    public int Port { get; }

    /// <summary>Process number of the node.</summary>
    public int ProcessId => _node?.Id ?? throw new InvalidOperationException("The broker does not run.");

    public bool IsRunning => _node is { HasExited: false };

    /// <summary>Address with user and password, as <c>Bus:RabbitMq</c> takes it.</summary>
    public string Address => $"amqp://{User}:{_password}@127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/";

    /// <summary>Starts the broker and returns once it takes connections.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message holds the end of its log.</exception>
    public static async Task<RabbitMqBroker> StartAsync(RabbitMqBrokerOptions options, CancellationToken ct = default)
    {
        var broker = new RabbitMqBroker(options, RabbitMqBinaries.Find());
        try
        {
            await broker.LaunchMapperAsync();
            await broker.LaunchNodeAsync(ct);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the node with SIGKILL, as a crash would. Messages that were confirmed on quorum queues stay.</summary>
    public async Task KillAsync()
    {
        if (_node is null)
            return;
        await _node.KillAsync();
        await _node.DisposeAsync();
        _node = null;
    }

    /// <summary>Stops the node in an orderly way.</summary>
    public Task StopAsync() => StopNodeAsync();

    /// <summary>Starts the node again on the same port, after <see cref="KillAsync"/> or over an orderly stop.</summary>
    public async Task RestartAsync(CancellationToken ct = default)
    {
        await StopNodeAsync();
        await LaunchNodeAsync(ct);
    }

    /// <summary>Runs <c>rabbitmqctl</c> against the running node and returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds its output.</exception>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        var program = Path.Combine(Path.GetDirectoryName(_binaries.Server)!, "rabbitmqctl");
        await using var control = await ServerProcess.StartAsync(new ServerCommand(program, arguments, _folder, Path.Combine(_folder, "rabbitmqctl.log"))
        {
            RunAs = RunAs.Self,
            Environment = NodeEnvironment(),
        });
        if (!await control.WaitForExitAsync(s_controlTimeout) || control.ExitCode != 0)
            throw new InvalidOperationException($"rabbitmqctl {string.Join(' ', arguments)} failed:\n{control.Tail}");
        return control.Tail;
    }

    public async ValueTask DisposeAsync()
    {
        await StopNodeAsync();
        if (_mapper is not null)
            await _mapper.DisposeAsync();
        _mapper = null;
    }

    private async Task StopNodeAsync()
    {
        if (_node is null)
            return;
        _node.Signal(Signals.Terminate);
        if (!await _node.WaitForExitAsync(s_stopTimeout))
            await _node.KillAsync();
        await _node.DisposeAsync();
        _node = null;
    }

    // A port mapper that the node starts itself would outlive it.
    private async Task LaunchMapperAsync() =>
        _mapper = await ServerProcess.StartAsync(new ServerCommand(
            _binaries.PortMapper, ["-port", _mapperPort.ToString(CultureInfo.InvariantCulture), "-address", "127.0.0.1"], _folder, Path.Combine(_folder, "epmd.log"))
        { RunAs = RunAs.Self });

    private async Task LaunchNodeAsync(CancellationToken ct)
    {
        await WriteConfigurationAsync(ct);
        _node = await ServerProcess.StartAsync(new ServerCommand(_binaries.Server, [], _folder, Path.Combine(_folder, "rabbitmq.log"))
        {
            RunAs = RunAs.Self,
            Environment = NodeEnvironment(),
        });
        await WaitUntilReadyAsync(_node, ct);
    }

    private Dictionary<string, string> NodeEnvironment() => new(StringComparer.Ordinal)
    {
        ["PATH"] = $"{_binaries.ErlangFolder}:/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = _folder,
        ["ERL_EPMD_PORT"] = _mapperPort.ToString(CultureInfo.InvariantCulture),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODENAME"] = "exchange@localhost",
        ["RABBITMQ_DIST_PORT"] = _distributionPort.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = $"-kernel inet_dist_use_interface {{127,0,0,1}} {SelfSupervision}",
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_folder, "data"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(_folder, "log"),
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_folder, "rabbitmq.conf"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_folder, "enabled_plugins"),
        // The system's own configuration, if any, is not ours.
        ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_folder, "none.conf"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(_folder, "none.config"),
        // The start script becomes the node instead of waiting for it, so that the death signal reaches the node.
        ["detached"] = "true",
    };

    private async Task WriteConfigurationAsync(CancellationToken ct)
    {
        string[] lines =
        [
            $"listeners.tcp.1 = 127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}",
            $"default_user = {User}",
            $"default_pass = {_password}",
            "log.console = true",
            "log.console.level = warning",
            "log.file = false",
            "heartbeat = 10",
            "raft.wal_max_size_bytes = 64000000",
            "vm_memory_high_watermark.absolute = 1GB",
            "disk_free_limit.absolute = 200MB",
            .. _options.Settings,
        ];
        var file = Path.Combine(_folder, "rabbitmq.conf");
        SecretFile.Write(file, string.Join('\n', lines) + '\n');
        await File.WriteAllTextAsync(Path.Combine(_folder, "enabled_plugins"), "[].\n", ct);
    }

    private async Task WaitUntilReadyAsync(ServerProcess node, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var factory = new ConnectionFactory { Uri = new Uri(Address), AutomaticRecoveryEnabled = false };
        while (true)
        {
            if (await node.HasEndedAsync())
                throw new InvalidOperationException($"RabbitMQ ended with {node.ExitCode.ToString(CultureInfo.InvariantCulture)} at its start. The end of its log:\n{node.Tail}");
            try
            {
                await using var connection = await factory.CreateConnectionAsync(ct);
                return;
            }
            catch (BrokerUnreachableException e)
            {
                if (clock.Elapsed > _options.StartTimeout)
                    throw new InvalidOperationException($"RabbitMQ did not take connections within {_options.StartTimeout}: {e.InnerException?.Message}\n{node.Tail}", e);
                await Task.Delay(TimeSpan.FromMilliseconds(100), ct);
            }
        }
    }
}
