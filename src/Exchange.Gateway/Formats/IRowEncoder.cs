using System.Buffers;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;

namespace Exchange.Gateway.Formats;

/// <summary>Writes tuples of the granted columns in one of the formats.</summary>
internal interface IRowEncoder
{
    void Begin(IBufferWriter<byte> output);

    /// <param name="tuple">One whole tuple, beginning with its field count.</param>
    /// <param name="places">Where its fields are.</param>
    void Row(IBufferWriter<byte> output, ReadOnlySpan<byte> tuple, ReadOnlySpan<FieldSlice> places);

    /// <summary>What shows that nothing is missing, where the format has such a thing.</summary>
    void End(IBufferWriter<byte> output);

    /// <summary>The last bytes of a stream that is cut, where the format can say it; else null, and the connection is closed without its end.</summary>
    ReadOnlyMemory<byte>? Notice(HttpContext http, Error reason);
}
