using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Exchange.Testing.Faults;

/// <summary>
/// A TCP proxy on loopback whose faults are switched while it runs; put it between two processes. The settings apply to the connections that are open as well as
/// to later ones. Thread-safe.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly Socket _listener;
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _closed = new();
    private readonly ConcurrentDictionary<Link, byte> _links = new();
    private readonly Task _accepting;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile FaultSettings _settings = FaultSettings.None;
    private readonly Lock _counting = new();
    private long _passed;

    private FaultProxy(Socket listener, IPEndPoint target)
    {
        (_listener, _target) = (listener, target);
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>The port to connect to instead of the target's.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Bytes let through so far, both ways.</summary>
    public long Passed
    {
        get
        {
            lock (_counting) return _passed;
        }
    }

    public int OpenConnections => _links.Count;

    /// <summary>Starts a proxy to a port on loopback; it passes everything on.</summary>
    public static FaultProxy Start(int targetPort)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        return new(listener, new IPEndPoint(IPAddress.Loopback, targetPort));
    }

    /// <summary>Passes everything on again, also on connections that were held.</summary>
    public void Pass() => Set(FaultSettings.None);

    /// <summary>Holds every chunk back for a time, in both directions.</summary>
    public void Delay(TimeSpan delay, TimeSpan jitter = default) => Set(FaultSettings.None with { Delay = delay, Jitter = jitter });

    /// <summary>Lets through so many bytes a second and direction.</summary>
    public void Throttle(int bytesPerSecond) => Set(FaultSettings.None with { BytesPerSecond = bytesPerSecond });

    /// <summary>Keeps connections open and accepts new ones, and passes nothing: what a cut cable or a stopped process looks like.</summary>
    public void Blackhole() => Set(FaultSettings.None with { Blackhole = true });

    /// <summary>
    /// From now on the connections that are open pass nothing and are never closed, whatever comes later, while new ones pass: what a firewall that lost its
    /// state does to them. Neither side is told.
    /// </summary>
    public void Forget()
    {
        foreach (var link in _links.Keys) link.IsForgotten = true;
        Set(_settings);
    }

    /// <summary>Ends every new connection at once with a reset; those that are open stay.</summary>
    public void Refuse() => Set(FaultSettings.None with { Refuse = true });

    /// <summary>Resets each connection after it passed so many more bytes, both directions counted together.</summary>
    public void CutAfter(long bytes) => Set(FaultSettings.None with { CutAt = Passed + bytes });

    /// <summary>Resets (RST) all open connections now; the settings stay.</summary>
    public void ResetAll()
    {
        foreach (var link in _links.Keys) link.Reset();
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _listener.Dispose();
        foreach (var link in _links.Keys) link.Reset();
        await _accepting;
        _closed.Dispose();
    }

    private void Set(FaultSettings settings)
    {
        _settings = settings;
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    private async Task AcceptAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptAsync(_closed.Token);
                if (_settings.Refuse) Link.Reset(client);
                else _ = RunAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Closed, or a client that was gone before it was accepted.
                if (_closed.IsCancellationRequested) return;
            }
        }
    }

    private async Task RunAsync(Socket client)
    {
        var link = new Link(client, new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        _links.TryAdd(link, 0);
        try
        {
            await link.Server.ConnectAsync(_target, _closed.Token);
            await Task.WhenAll(PumpAsync(link, client, link.Server), PumpAsync(link, link.Server, client));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Whatever ended one side ends the other in the same way.
            link.Reset();
        }
        finally
        {
            _links.TryRemove(link, out _);
            link.Dispose();
        }
    }

    private async Task PumpAsync(Link link, Socket from, Socket to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                await HoldAsync(link);
                var limit = _settings.BytesPerSecond is { } rate ? Math.Clamp(rate / 20, 1, BufferBytes) : BufferBytes;
                var read = await from.ReceiveAsync(buffer.AsMemory(0, limit), _closed.Token);
                if (read > 0) await SlowDownAsync(read);
                await HoldAsync(link);
                if (read == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }
                var allowed = Reserve(read);
                for (var sent = 0; sent < allowed;) sent += await to.SendAsync(buffer.AsMemory(sent, allowed - sent), _closed.Token);
                if (allowed < read) link.Reset();
            }
        }
        catch
        {
            // The other side does not learn of it before anything else passes again.
            await HoldAsync(link);
            link.Reset();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Counted before they are sent: the other direction may answer them at once.
    private int Reserve(int bytes)
    {
        lock (_counting)
        {
            var allowed = (int)Math.Clamp(_settings.CutAt - _passed ?? bytes, 0, bytes);
            _passed += allowed;
            return allowed;
        }
    }

    private async Task HoldAsync(Link link)
    {
        for (var changed = _changed.Task; _settings.Blackhole || link.IsForgotten; changed = _changed.Task) await changed.WaitAsync(_closed.Token);
    }

    private async Task SlowDownAsync(int bytes)
    {
        var settings = _settings;
        var pause = settings.Delay + (settings.Jitter * Random.Shared.NextDouble());
        if (settings.BytesPerSecond is { } rate) pause += TimeSpan.FromSeconds((double)bytes / rate);
        if (pause > TimeSpan.Zero) await Task.Delay(pause, _closed.Token);
    }

    private sealed record FaultSettings(TimeSpan Delay, TimeSpan Jitter, int? BytesPerSecond, bool Blackhole, bool Refuse, long? CutAt)
    {
        public static readonly FaultSettings None = new(TimeSpan.Zero, TimeSpan.Zero, null, Blackhole: false, Refuse: false, null);
    }

    private sealed class Link(Socket client, Socket server) : IDisposable
    {
        private volatile bool _isForgotten;

        public Socket Server => server;

        public bool IsForgotten
        {
            get => _isForgotten;
            set => _isForgotten = value;
        }

        public static void Reset(Socket socket)
        {
            // Lingering for no time makes the kernel send RST instead of FIN.
            if (socket.SafeHandle.IsClosed) return;
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Reset by the other side in the meantime.
                return;
            }
            finally
            {
                socket.Dispose();
            }
        }

        public void Reset()
        {
            Reset(client);
            Reset(server);
        }

        public void Dispose()
        {
            client.Dispose();
            server.Dispose();
        }
    }
}
