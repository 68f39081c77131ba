using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Records.Rows;

namespace Exchange.Adapters.Sources.Http;

/// <summary>
/// The rows of one pass, in a file that nobody else can open: it is unlinked as soon as it is made. What is published is thus one whole pass, whatever the API does in its middle,
/// and memory stays flat. Written page by page; a page that fails is written over.
/// </summary>
internal sealed class RowSpool : IBufferWriter<byte>, IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _buffer = new(BufferBytes);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _end;

    private RowSpool(FileStream file) => _file = file;

    /// <summary>Makes the file in a folder, readable by this user alone until it is unlinked.</summary>
    public static async Task<RowSpool> CreateAsync(string folder, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, $"exchange-{Path.GetRandomFileName()}");
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Delete, BufferSize = 0, Options = FileOptions.Asynchronous,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        File.Delete(path);
        var spool = new RowSpool(file);
        await file.WriteAsync(CopyFrame.Header, cancellation);
        spool._end = file.Position;
        return spool;
    }

    public void Advance(int count) => _buffer.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _buffer.GetSpan(sizeHint);

    /// <summary>Begins a page, or the same page again: what was written since the last <see cref="EndPageAsync"/> is forgotten.</summary>
    public void BeginPage()
    {
        _buffer.ResetWrittenCount();
        _hash.GetHashAndReset();
        _file.SetLength(_end);
        _file.Position = _end;
    }

    /// <summary>Writes to the file what has gathered.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (_buffer.WrittenCount == 0) return;
        _hash.AppendData(_buffer.WrittenSpan);
        await _file.WriteAsync(_buffer.WrittenMemory, cancellation);
        _buffer.ResetWrittenCount();
    }

    /// <summary>Keeps the page. Answers with the SHA-256 of its tuples.</summary>
    public async Task<string> EndPageAsync(CancellationToken cancellation)
    {
        await FlushAsync(cancellation);
        _end = _file.Position;
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <summary>Reads all pages kept, cut into runs.</summary>
    public async IAsyncEnumerable<TupleRun> ReadAsync(int fields, BatchLimits limits, [EnumeratorCancellation] CancellationToken cancellation)
    {
        BeginPage();
        await _file.WriteAsync(CopyFrame.Trailer, cancellation);
        _file.Position = 0;
        var cutter = new TupleCutter(fields, limits.Rows, limits.Bytes);
        while (!cutter.Ended)
        {
            var read = await _file.ReadAsync(cutter.Space(), cancellation);
            if (read == 0) throw new InvalidDataException("The spooled rows end before their trailer.");
            cutter.Filled(read);
            while (cutter.TryCut(out var run)) yield return run;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _file.DisposeAsync();
    }
}
