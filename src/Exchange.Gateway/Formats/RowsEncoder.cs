using System.Buffers;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;

namespace Exchange.Gateway.Formats;

/// <summary><c>application/vnd.exchange.rows</c>: the tuples as they come from PostgreSQL, between the head and the trailer of its binary COPY format.</summary>
internal sealed class RowsEncoder : IRowEncoder
{
    private static ReadOnlySpan<byte> Head => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public void Begin(IBufferWriter<byte> output) => output.Write(Head);

    public void Row(IBufferWriter<byte> output, ReadOnlySpan<byte> tuple, ReadOnlySpan<FieldSlice> places) => output.Write(tuple);

    public void End(IBufferWriter<byte> output) => output.Write<byte>([0xFF, 0xFF]);

    // Without its trailer the file is not accepted by anything that reads it.
    public ReadOnlyMemory<byte>? Notice(HttpContext http, Error reason) => ReadOnlyMemory<byte>.Empty;
}
