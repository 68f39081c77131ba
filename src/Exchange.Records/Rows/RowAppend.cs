using System.Buffers;
using System.Buffers.Binary;

namespace Exchange.Records.Rows;

/// <summary>Adds fields to a tuple by copying its bytes, without decoding them. The tuple must have passed the validator or a reader.</summary>
public static class RowAppend
{
    /// <summary>Copies one tuple and puts a <c>bigint</c> field after its last one.</summary>
    public static void AppendInt64(IBufferWriter<byte> output, ReadOnlySpan<byte> tuple, long value)
    {
        var span = output.GetSpan(tuple.Length + 12);
        tuple.CopyTo(span);
        BinaryPrimitives.WriteInt16BigEndian(span, checked((short)(BinaryPrimitives.ReadInt16BigEndian(tuple) + 1)));
        BinaryPrimitives.WriteInt32BigEndian(span[tuple.Length..], 8);
        BinaryPrimitives.WriteInt64BigEndian(span[(tuple.Length + 4)..], value);
        output.Advance(tuple.Length + 12);
    }

    /// <summary>The tuple to which <see cref="AppendInt64"/> put a field, without that field.</summary>
    public static byte[] WithoutInt64(ReadOnlySpan<byte> tuple)
    {
        var bytes = tuple[..^12].ToArray();
        BinaryPrimitives.WriteInt16BigEndian(bytes, (short)(BinaryPrimitives.ReadInt16BigEndian(tuple) - 1));
        return bytes;
    }

    /// <summary>Copies one tuple and puts a field of one byte before its first one: a tuple of the change layout.</summary>
    public static void PrependByte(IBufferWriter<byte> output, ReadOnlySpan<byte> tuple, byte value)
    {
        var span = output.GetSpan(tuple.Length + 5);
        BinaryPrimitives.WriteInt16BigEndian(span, checked((short)(BinaryPrimitives.ReadInt16BigEndian(tuple) + 1)));
        BinaryPrimitives.WriteInt32BigEndian(span[2..], 1);
        span[6] = value;
        tuple[2..].CopyTo(span[7..]);
        output.Advance(tuple.Length + 5);
    }
}
