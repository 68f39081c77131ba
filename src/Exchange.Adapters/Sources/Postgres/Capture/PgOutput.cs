using System.Buffers.Binary;
using System.Text;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>A message of the output plugin <c>pgoutput</c>, protocol version 1, read field by field. Never reads past its end.</summary>
internal ref struct PgOutputMessage(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public byte Byte() => Take(1)[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>Text up to its terminating zero.</summary>
    public string Text()
    {
        var length = _bytes[_at..].IndexOf((byte)0);
        if (length < 0) throw Broken();
        return Encoding.UTF8.GetString(Take(length + 1)[..length]);
    }

    /// <summary>Reads a tuple and tells where its columns' values are within the message.</summary>
    /// <returns>The number of columns.</returns>
    public int Tuple(ref ColumnValue[] columns)
    {
        int count = Int16();
        if (count < 0) throw Broken();
        if (columns.Length < count) columns = new ColumnValue[count];
        for (var i = 0; i < count; i++)
        {
            var kind = Byte();
            switch (kind)
            {
                case (byte)'n':
                    columns[i] = new ColumnValue(ColumnState.Null, 0, 0);
                    break;
                case (byte)'u':
                    columns[i] = new ColumnValue(ColumnState.Unchanged, 0, 0);
                    break;
                case (byte)'b' or (byte)'t':
                    var length = Int32();
                    columns[i] = new ColumnValue(kind == (byte)'b' ? ColumnState.Binary : ColumnState.Text, _at, length);
                    Take(length);
                    break;
                default:
                    throw Broken();
            }
        }

        return count;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _bytes.Length - _at) throw Broken();
        var taken = _bytes.Slice(_at, count);
        _at += count;
        return taken;
    }

    private readonly InvalidDataException Broken() => new($"A message of pgoutput is broken at byte {_at}.");
}

internal enum ColumnState : byte
{
    Null,

    /// <summary>A large value that an update left as it was; the log does not hold it.</summary>
    Unchanged,
    Binary,
    Text,
}

/// <summary>Where a column's value is within its message.</summary>
internal readonly record struct ColumnValue(ColumnState State, int Offset, int Length);

/// <summary>Describes a table, as it was when the changes that follow were made.</summary>
internal sealed record RelationMessage(uint Id, string Schema, string Name, char ReplicaIdentity, IReadOnlyList<RelationColumn> Columns)
{
    public static RelationMessage Read(PgOutputMessage message)
    {
        var (id, schema, name, identity) = (message.UInt32(), message.Text(), message.Text(), (char)message.Byte());
        var columns = new RelationColumn[Math.Max((int)message.Int16(), 0)];
        for (var i = 0; i < columns.Length; i++)
        {
            var isKey = (message.Byte() & 1) != 0;
            columns[i] = new RelationColumn(message.Text(), message.UInt32(), isKey);
            message.UInt32();
        }

        return new RelationMessage(id, schema, name, identity, columns);
    }
}

internal sealed record RelationColumn(string Name, uint Type, bool IsKey);
