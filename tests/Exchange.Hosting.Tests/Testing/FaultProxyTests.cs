using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Exchange.Testing.Faults;
using Exchange.Testing;

namespace Exchange.Hosting.Tests.Testing;

public sealed class FaultProxyTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private readonly FaultProxy _proxy;

    public FaultProxyTests()
    {
        _echo.Start();
        _ = EchoAsync();
        _proxy = FaultProxy.Start(((IPEndPoint)_echo.LocalEndpoint).Port);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _echo.Dispose();
    }

    [Fact]
    public async Task Pass_ManyBytes_ComeBackUnchanged()
    {
        using var client = await ConnectAsync();
        var sent = new byte[1_000_000];
        Random.Shared.NextBytes(sent);
        var writing = client.GetStream().WriteAsync(sent, Cancellation);

        Assert.Equal(sent, await ReadAsync(client, sent.Length));
        await writing;
        Assert.Equal(2 * sent.Length, _proxy.Passed);
    }

    [Fact]
    public async Task Delay_RoundTrip_TakesTwiceThat()
    {
        using var client = await ConnectAsync();
        _proxy.Delay(TimeSpan.FromMilliseconds(100));
        var watch = Stopwatch.StartNew();

        await RoundTripAsync(client);

        Assert.InRange(watch.ElapsedMilliseconds, 190, 5_000);
    }

    [Fact]
    public async Task Throttle_Bytes_TakeTheirTime()
    {
        using var client = await ConnectAsync();
        _proxy.Throttle(20_000);
        var watch = Stopwatch.StartNew();
        await client.GetStream().WriteAsync(new byte[10_000], Cancellation);

        await ReadAsync(client, 10_000);

        Assert.InRange(watch.ElapsedMilliseconds, 450, 10_000);
    }

    [Fact]
    public async Task Blackhole_ThenPass_NothingUntilThenAndNothingLost()
    {
        using var client = await ConnectAsync();
        await RoundTripAsync(client);
        _proxy.Blackhole();
        await client.GetStream().WriteAsync(new byte[] { 9 }, Cancellation);
        var reading = ReadAsync(client, 1);
        await Assert.ThrowsAsync<TimeoutException>(() => reading.WaitAsync(TimeSpan.FromMilliseconds(300), Cancellation));

        _proxy.Pass();

        Assert.Equal([9], await reading.WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task Blackhole_NewConnection_IsAcceptedAndSilent()
    {
        _proxy.Blackhole();

        using var client = await ConnectAsync();
        await client.GetStream().WriteAsync(new byte[] { 1 }, Cancellation);

        await Assert.ThrowsAsync<TimeoutException>(() => ReadAsync(client, 1).WaitAsync(TimeSpan.FromMilliseconds(300), Cancellation));
    }

    [Fact]
    public async Task Forget_OpenConnection_StaysOpenAndSilentWhileANewOnePasses()
    {
        using var open = await ConnectAsync();
        await RoundTripAsync(open);

        _proxy.Forget();

        await open.GetStream().WriteAsync(new byte[] { 1 }, Cancellation);
        var reading = ReadAsync(open, 1);
        using var later = await ConnectAsync();
        await RoundTripAsync(later);
        _proxy.Pass();
        await Assert.ThrowsAsync<TimeoutException>(() => reading.WaitAsync(TimeSpan.FromMilliseconds(300), Cancellation));
        Assert.Equal(2, _proxy.OpenConnections);
    }

    [Fact]
    public async Task ResetAll_OpenConnection_IsReset()
    {
        using var client = await ConnectAsync();
        await RoundTripAsync(client);

        _proxy.ResetAll();

        var failure = await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(client, 1).WaitAsync(Soon, Cancellation));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(failure.InnerException).SocketErrorCode);
        await Eventually.TrueAsync(() => _proxy.OpenConnections == 0, Soon);
    }

    [Fact]
    public async Task CutAfter_MoreBytes_ExactlySoManyArrive()
    {
        using var client = await ConnectAsync();
        await RoundTripAsync(client);
        var before = _proxy.Passed;
        _proxy.CutAfter(1_500);
        await client.GetStream().WriteAsync(new byte[1_000], Cancellation);

        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(client, 1_000).WaitAsync(Soon, Cancellation));

        Assert.Equal(before + 1_500, _proxy.Passed);
    }

    [Fact]
    public async Task Refuse_NewConnection_FailsAndOpenOnesStay()
    {
        using var open = await ConnectAsync();
        await RoundTripAsync(open);
        _proxy.Refuse();

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var refused = await ConnectAsync();
            await RoundTripAsync(refused);
        });
        await RoundTripAsync(open);
    }

    [Fact]
    public async Task Pass_ClientHalfCloses_ServerSeesTheEndAndAnswersStillArrive()
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(new byte[] { 1, 2, 3 }, Cancellation);
        client.Client.Shutdown(SocketShutdown.Send);

        var answer = new byte[3];
        await stream.ReadExactlyAsync(answer, Cancellation).AsTask().WaitAsync(Soon, Cancellation);
        Assert.Equal([1, 2, 3], answer);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancellation).AsTask().WaitAsync(Soon, Cancellation));
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port, Cancellation);
        return client;
    }

    private static async Task RoundTripAsync(TcpClient client)
    {
        await client.GetStream().WriteAsync(new byte[] { 1 }, Cancellation);
        await ReadAsync(client, 1).WaitAsync(Soon, Cancellation);
    }

    private static async Task<byte[]> ReadAsync(TcpClient client, int count)
    {
        var bytes = new byte[count];
        await client.GetStream().ReadExactlyAsync(bytes, Cancellation);
        return bytes;
    }

    private async Task EchoAsync()
    {
        while (true)
        {
            TcpClient accepted;
            try
            {
                accepted = await _echo.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(async () =>
            {
                using (accepted)
                {
                    try
                    {
                        await accepted.GetStream().CopyToAsync(accepted.GetStream());
                    }
                    catch (IOException)
                    {
                        // The test cut it.
                    }
                }
            });
        }
    }
}
