using System.Buffers;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;

namespace Exchange.Gateway.Formats;

/// <summary><c>application/vnd.exchange.rows</c>: the tuples as they come from PostgreSQL, between the head and the trailer of its binary COPY format.</summary>
internal sealed class RowsEncoder : IRowEncoder
{
    public void Begin(IBufferWriter<byte> output) => output.Write(CopyFrame.Header.Span);

    public void Row(IBufferWriter<byte> output, ReadOnlySpan<byte> tuple, ReadOnlySpan<FieldSlice> places) => output.Write(tuple);

    public void End(IBufferWriter<byte> output) => output.Write(CopyFrame.Trailer.Span);

    // Without its trailer the file is not accepted by anything that reads it.
    public ReadOnlyMemory<byte>? Notice(HttpContext http, Error reason) => ReadOnlyMemory<byte>.Empty;
}
