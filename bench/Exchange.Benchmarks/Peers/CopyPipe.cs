using System.IO.Pipelines;
using Npgsql;

namespace Exchange.Benchmarks.Peers;

/// <summary>
/// The peer of bulk transfers: the bytes of one server's binary <c>COPY … TO</c> go unread into another server's <c>COPY … FROM</c>.
/// Reading runs ahead of writing by up to 4 MiB.
/// </summary>
internal static class CopyPipe
{
    public static async Task RunAsync(NpgsqlDataSource source, string copyOut, NpgsqlDataSource target, string copyIn, CancellationToken cancellation)
    {
        await using var from = await source.OpenConnectionAsync(cancellation);
        await using var to = await target.OpenConnectionAsync(cancellation);
        await using var output = await from.BeginRawBinaryCopyAsync(copyOut, cancellation);
        await using var input = await to.BeginRawBinaryCopyAsync(copyIn, cancellation);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 4 << 20, resumeWriterThreshold: 2 << 20, minimumSegmentSize: 64 << 10));
        await Task.WhenAll(FillAsync(output, pipe.Writer, cancellation), DrainAsync(pipe.Reader, input, cancellation));
    }

    /// <summary>Reads a binary or text <c>COPY … TO STDOUT</c> to its end and forgets it.</summary>
    /// <returns>Bytes read.</returns>
    public static async Task<long> DrainAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[64 << 10];
        long total = 0;
        for (int read; (read = await stream.ReadAsync(buffer, cancellation)) > 0;) total += read;
        return total;
    }

    private static async Task FillAsync(Stream output, PipeWriter writer, CancellationToken cancellation)
    {
        var unflushed = 0;
        for (int read; (read = await output.ReadAsync(writer.GetMemory(16 << 10), cancellation)) > 0;)
        {
            writer.Advance(read);
            if ((unflushed += read) < 64 << 10) continue;
            await writer.FlushAsync(cancellation);
            unflushed = 0;
        }

        await writer.CompleteAsync();
    }

    private static async Task DrainAsync(PipeReader reader, Stream input, CancellationToken cancellation)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellation);
            foreach (var segment in result.Buffer) await input.WriteAsync(segment, cancellation);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return;
        }
    }
}
