using System.Buffers.Binary;

namespace Exchange.Gateway.Changes;

/// <summary>Where a reader of changes stands.</summary>
/// <param name="Offset">The last feed offset that it has seen.</param>
/// <param name="Base">The offset of the snapshot it began with, 0 for none: a reader that holds all rows of then need not be told of changes to columns it is not granted.</param>
internal readonly record struct ChangesCursor(long Offset, long Base)
{
    private const int Bytes = 16;

    public static byte[] Pack(long offset, long start)
    {
        var bytes = new byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, offset);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), start);
        return bytes;
    }

    public static ChangesCursor Unpack(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[8..]));
}
