using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Exchange.Contracts.Errors;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace Exchange.Gateway.Formats;

/// <summary>
/// The one way by which a body leaves. No byte leaves before the access is on record, and before each flush lease and grant are looked at again.
/// HTTP/1.1 chunks are framed here, because the server frames them only without trailers.
/// </summary>
internal sealed class BodySink : IBufferWriter<byte>, IDisposable
{
    public const int FlushAt = 64 * 1024;
    private const string ProblemTrailer = "Exchange-Problem";
    private const int ChunkHead = 10;
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(300);

    private const int FirstBuffer = 4096;
    private readonly Access _access;
    private IncrementalHash? _hash;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
    private int _filled = ChunkHead;
    private bool _begun;
    private bool _chunked;

    public BodySink(Access access) => _access = access;

    public bool IsFull => _filled - ChunkHead >= FlushAt;

    public void Advance(int count) => _filled += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 256));
        return _buffer.AsMemory(_filled);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 256));
        return _buffer.AsSpan(_filled);
    }

    /// <summary>Lets the whole body leave at once, with its length.</summary>
    /// <returns>What keeps it from leaving; then no byte did.</returns>
    public async ValueTask<Error?> SendWholeAsync()
    {
        if (await BeginAsync() is { } refusal) return refusal;
        var body = _buffer.AsMemory(ChunkHead, _filled - ChunkHead);
        _access.Http.Response.ContentLength = body.Length;
        _access.Bytes = body.Length;
        _access.BodySha256 = SHA256.HashData(body.Span);
        var left = await WriteAsync(body);
        _filled = ChunkHead;
        return left;
    }

    /// <summary>Lets what was written leave, as part of a stream of unknown length.</summary>
    /// <returns>What keeps it from leaving. What left before stays.</returns>
    public async ValueTask<Error?> FlushAsync()
    {
        var refusal = _begun ? await _access.Gate.Lease.RefusalAsync(_access.Plan, _access.Caller.ClientId, _access.Http.RequestAborted) : await BeginStreamAsync();
        if (refusal is not null) return refusal;
        if (_filled == ChunkHead) return null;
        Account(_buffer.AsSpan(ChunkHead, _filled - ChunkHead));
        var left = await WriteAsync(Frame());
        _filled = ChunkHead;
        return left;
    }

    /// <summary>Ends a stream as it should end.</summary>
    public async ValueTask<Error?> EndAsync()
    {
        if (await FlushAsync() is { } refusal) return refusal;
        if (_chunked) await WriteAsync("0\r\n\r\n"u8.ToArray());
        return null;
    }

    /// <summary>Ends a stream whose format shows that its end is missing; the trailer tells why.</summary>
    /// <param name="notice">The last bytes, where the format has a way to say it.</param>
    public async ValueTask CutAsync(Error reason, ReadOnlyMemory<byte> notice)
    {
        _filled = ChunkHead;
        if (!notice.IsEmpty)
        {
            this.Write(notice.Span);
            Account(notice.Span);
            await FarewellAsync(Frame());
        }

        if (_chunked) await FarewellAsync(Encoding.ASCII.GetBytes($"0\r\n{ProblemTrailer}: {reason.Code.Name}\r\n\r\n"));
        else if (_access.Http.Response.SupportsTrailers())
            _access.Http.Response.AppendTrailer(ProblemTrailer, reason.Code.Name);
    }

    public void Dispose()
    {
        _hash?.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private async ValueTask<Error?> BeginAsync()
    {
        if (!await _access.Recorded) return ErrorCodes.AuditUnavailable.With();
        if (await _access.Gate.Lease.RefusalAsync(_access.Plan, _access.Caller.ClientId, _access.Http.RequestAborted) is { } refusal) return refusal;
        _begun = true;
        return null;
    }

    private async ValueTask<Error?> BeginStreamAsync()
    {
        if (await BeginAsync() is { } refusal) return refusal;
        var http = _access.Http;
        // A consumer may be slow for good reasons, such as a merge into its own table: the patience of this class applies instead.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        if (HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            _chunked = true;
            http.Response.Headers.TransferEncoding = "chunked";
            http.Response.Headers.Trailer = ProblemTrailer;
        }
        else if (http.Response.SupportsTrailers())
        {
            http.Response.DeclareTrailer(ProblemTrailer);
        }

        return null;
    }

    private ReadOnlyMemory<byte> Frame()
    {
        if (!_chunked) return _buffer.AsMemory(ChunkHead, _filled - ChunkHead);
        Span<byte> head = stackalloc byte[ChunkHead];
        (_filled - ChunkHead).TryFormat(head, out var digits, "x", CultureInfo.InvariantCulture);
        var start = ChunkHead - digits - 2;
        head[..digits].CopyTo(_buffer.AsSpan(start));
        "\r\n"u8.CopyTo(_buffer.AsSpan(ChunkHead - 2));
        Reserve(2);
        "\r\n"u8.CopyTo(_buffer.AsSpan(_filled));
        return _buffer.AsMemory(start, _filled + 2 - start);
    }

    private void Account(ReadOnlySpan<byte> body)
    {
        _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _hash.AppendData(body);
        _access.Bytes += body.Length;
        _access.BodySha256 = _hash.GetCurrentHash();
    }

    private async ValueTask<Error?> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        var write = _access.Http.Response.BodyWriter.WriteAsync(bytes, _access.Http.RequestAborted);
        if (write.IsCompletedSuccessfully)
        {
            if ((await write).IsCompleted) throw new OperationCanceledException(_access.Http.RequestAborted);
            return null;
        }

        return await WatchAsync(write.AsTask());
    }

    // The consumer does not keep up. While it is waited for, the grant may end: then the connection goes, with what is still in its buffers.
    private async Task<Error?> WatchAsync(Task<System.IO.Pipelines.FlushResult> write)
    {
        var patience = TimeSpan.FromSeconds(_access.Http.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value.StalledReaderSeconds);
        var time = _access.Gate.Time;
        var since = time.GetTimestamp();
        long? refused = null;
        while (await Task.WhenAny(write, Task.Delay(WatchInterval, time, _access.Http.RequestAborted)) != write)
        {
            _access.Http.RequestAborted.ThrowIfCancellationRequested();
            var refusal = _access.Gate.Lease.Refusal(_access.Plan, _access.Caller.ClientId);
            if (refusal is null && time.GetElapsedTime(since) < patience) continue;
            // What was handed over may be taken for a moment yet, so that the reason can follow it.
            if (refusal is not null && time.GetElapsedTime(refused ??= time.GetTimestamp()) < LastWords) continue;
            _access.Http.Abort();
            await ((Task)write).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return refusal ?? ErrorCodes.DeadlineExceeded.With();
        }

        if ((await write).IsCompleted) throw new OperationCanceledException(_access.Http.RequestAborted);
        return null;
    }

    // Who does not read does not learn why: the connection is not kept for it.
    private async Task FarewellAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_access.Http.RequestAborted.IsCancellationRequested) return;
        var write = _access.Http.Response.BodyWriter.WriteAsync(bytes, _access.Http.RequestAborted).AsTask();
        if (await Task.WhenAny(write, Task.Delay(LastWords, _access.Gate.Time, CancellationToken.None)) != write) _access.Http.Abort();
        await ((Task)write).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _filled >= bytes) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _filled + bytes));
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
