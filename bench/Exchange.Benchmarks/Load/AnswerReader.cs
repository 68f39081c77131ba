using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Exchange.Benchmarks.Load;

/// <summary>
/// Reads HTTP/1.1 answers from a socket: status, then as many body bytes as <c>Content-Length</c> or the chunks say. As little work as possible,
/// so that the generator takes little of the machine it shares with what it measures.
/// </summary>
internal sealed class AnswerReader(Socket socket)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>Status line of the last answer that was not 200, and as much of its body as came along with it.</summary>
    public string Refusal { get; private set; } = "";

    /// <summary>Reads one whole answer.</summary>
    /// <returns>The status code.</returns>
    public async ValueTask<int> ReadAsync(CancellationToken cancellation)
    {
        int head;
        while ((head = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0) await FillAsync(cancellation);
        var (status, length, chunked) = ParseHead(_buffer.AsSpan(_start, head + 2));
        if (status != 200) Refusal = Describe(_buffer.AsSpan(_start, _end - _start), head);
        _start += head + 4;
        if (chunked) await SkipChunksAsync(cancellation);
        else await SkipAsync(length, cancellation);
        return status;
    }

    private static string Describe(ReadOnlySpan<byte> answer, int head)
    {
        var line = answer[..answer.IndexOf("\r\n"u8)];
        var body = answer[(head + 4)..];
        return $"{Encoding.UTF8.GetString(line)} {Encoding.UTF8.GetString(body[..Math.Min(body.Length, 400)])}".TrimEnd();
    }

    private static (int Status, int Length, bool Chunked) ParseHead(ReadOnlySpan<byte> head)
    {
        if (head.Length < 12 || !Utf8Parser.TryParse(head.Slice(9, 3), out int status, out _)) throw new InvalidDataException("Not an HTTP/1.1 answer");
        int length = 0;
        var chunked = false;
        for (var rest = head; !rest.IsEmpty;)
        {
            var end = rest.IndexOf("\r\n"u8);
            var line = rest[..end];
            rest = rest[(end + 2)..];
            if (IsHeader(line, "content-length:"u8))
            {
                if (!Utf8Parser.TryParse(line[15..].TrimStart((byte)' '), out length, out _)) throw new InvalidDataException("Not a content length");
            }
            else if (IsHeader(line, "transfer-encoding:"u8)) chunked = true;
        }

        return (status, length, chunked);
    }

    private static bool IsHeader(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) =>
        line.Length > name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);

    private async ValueTask SkipChunksAsync(CancellationToken cancellation)
    {
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0) await FillAsync(cancellation);
            if (!Utf8Parser.TryParse(_buffer.AsSpan(_start, line), out int length, out _, 'x')) throw new InvalidDataException("Not a chunk");
            _start += line + 2;
            await SkipAsync(length + 2, cancellation);
            if (length == 0) return;
        }
    }

    private async ValueTask SkipAsync(int length, CancellationToken cancellation)
    {
        while (_end - _start < length)
        {
            length -= _end - _start;
            _start = _end = 0;
            await FillAsync(cancellation);
        }

        _start += length;
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (_start == _end) _start = _end = 0;
        if (_end == _buffer.Length)
        {
            if (_start == 0) throw new InvalidDataException("An answer's head is longer than 64 KiB");
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        var read = await socket.ReceiveAsync(_buffer.AsMemory(_end), cancellation);
        if (read == 0) throw new EndOfStreamException("The server closed the connection");
        _end += read;
    }
}
