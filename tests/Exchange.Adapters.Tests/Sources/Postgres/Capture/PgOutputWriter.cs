using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

/// <summary>Writes messages as the server's <c>pgoutput</c> does, for a table of a text key, a smallint and a large text.</summary>
internal static class PgOutputWriter
{
    public const uint Relation = 16_385;

    public static byte[] Begin(ulong commit, uint transaction) => Message('B', w => { w.Int64(commit); w.Int64(0); w.Int32(transaction); });

    public static byte[] Commit(ulong commit, ulong end) => Message('C', w => { w.Byte(0); w.Int64(commit); w.Int64(end); w.Int64(0); });

    public static byte[] Describe(params (string Name, uint Type)[] columns) => Message('R', w =>
    {
        w.Int32(Relation);
        w.Text("public");
        w.Text("items");
        w.Byte((byte)'d');
        w.Int16((short)columns.Length);
        foreach (var (name, type) in columns)
        {
            w.Byte(0);
            w.Text(name);
            w.Int32(type);
            w.Int32(uint.MaxValue);
        }
    });

    /// <param name="values">A value's bytes, null, or an empty array for a large value left unchanged.</param>
    public static byte[] Insert(params byte[]?[] values) => Message('I', w => { w.Int32(Relation); w.Tuple('N', values); });

    public static byte[] Update(byte[]?[]? old, params byte[]?[] values) => Message('U', w =>
    {
        w.Int32(Relation);
        if (old is not null) w.Tuple('K', old);
        w.Tuple('N', values);
    });

    public static byte[] Delete(params byte[]?[] old) => Message('D', w => { w.Int32(Relation); w.Tuple('K', old); });

    public static byte[] Truncate() => Message('T', w => { w.Int32(1); w.Byte(0); w.Int32(Relation); });

    public static byte[] Int16(short value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Message(char kind, Action<Bytes> write)
    {
        var bytes = new Bytes();
        bytes.Byte((byte)kind);
        write(bytes);
        return bytes.Written;
    }

    private sealed class Bytes
    {
        private readonly ArrayBufferWriter<byte> _output = new();

        public byte[] Written => _output.WrittenSpan.ToArray();

        public void Byte(byte value) => _output.Write([value]);

        public void Int16(short value)
        {
            BinaryPrimitives.WriteInt16BigEndian(_output.GetSpan(2), value);
            _output.Advance(2);
        }

        public void Int32(uint value)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_output.GetSpan(4), value);
            _output.Advance(4);
        }

        public void Int64(ulong value)
        {
            BinaryPrimitives.WriteUInt64BigEndian(_output.GetSpan(8), value);
            _output.Advance(8);
        }

        public void Text(string value)
        {
            _output.Write(Encoding.UTF8.GetBytes(value));
            Byte(0);
        }

        public void Tuple(char kind, byte[]?[] values)
        {
            Byte((byte)kind);
            Int16((short)values.Length);
            foreach (var value in values)
            {
                Byte(value switch { null => (byte)'n', [] => (byte)'u', _ => (byte)'b' });
                if (value is not { Length: > 0 }) continue;
                Int32((uint)value.Length);
                _output.Write(value);
            }
        }
    }
}
