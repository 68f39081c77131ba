using System.Buffers.Binary;
using Exchange.Records.Rows;

namespace Exchange.Gateway.Formats;

/// <summary>A tuple in COPY layout, made from what PostgreSQL's <c>record_send</c> gives (which names each field's type in front of it).</summary>
internal readonly record struct RecordTuple(byte[] Bytes, FieldSlice[] Places)
{
    /// <param name="fields">How many of the record's fields to take, from the first.</param>
    public static RecordTuple From(ReadOnlySpan<byte> record, int fields)
    {
        const int OidBytes = 4;
        var places = new FieldSlice[fields];
        var bytes = new byte[record.Length];
        BinaryPrimitives.WriteInt16BigEndian(bytes, checked((short)fields));
        var (from, to) = (4, 2);
        for (var i = 0; i < fields; i++)
        {
            from += OidBytes;
            var length = BinaryPrimitives.ReadInt32BigEndian(record[from..]);
            var whole = 4 + Math.Max(length, 0);
            record.Slice(from, whole).CopyTo(bytes.AsSpan(to));
            places[i] = new FieldSlice(to + 4, length);
            from += whole;
            to += whole;
        }

        return new RecordTuple(bytes[..to], places);
    }

    /// <summary>A field that was sent as text, or null.</summary>
    public static string? Text(ReadOnlySpan<byte> record, int field)
    {
        var at = 4;
        for (var i = 0; ; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(record[(at + 4)..]);
            if (i == field) return length < 0 ? null : RowValue.Text(record.Slice(at + 8, length));
            at += 8 + Math.Max(length, 0);
        }
    }
}
