using System.Buffers;
using System.Text;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using FsCheck;
using FsCheck.Fluent;

namespace Exchange.Records.Tests;

/// <summary>Generators of values and rows in binary form.</summary>
internal static class RowGen
{
    /// <summary>A schema with each type once, nullable but for the key.</summary>
    public static readonly ResourceSchema Schema = ResourceSchema.Parse("""
        {"type":"object","required":["id"],"properties":{"id":{"type":"string","x-exchange":{"key":true}},"text":{"type":"string"},"integer":{"type":"integer"},"number":{"type":"number"},
         "double":{"type":"number","format":"double"},"boolean":{"type":"boolean"},"date":{"type":"string","format":"date"},"timestamp":{"type":"string","format":"date-time"},
         "time":{"type":"string","format":"time"},"uuid":{"type":"string","format":"uuid"}}}
        """).Value;

    public static readonly Gen<string> Text =
        from parts in Gen.OneOf(
            Gen.Elements("a", "Z", "0", ",", "\"", "\\", "/", "'", "=1+1", "@x", "\t", "\r\n", "\n", "\r", " ", "企业", "𠮷", "😀", "\u0001", "\u001f", "\u007f", "\u2028", "<b>", "null", "é", "\uFEFF", "-1", "+", "|"),
            Gen.Choose(1, 0xD7FF).Select(c => ((char)c).ToString())).ListOf()
        select string.Concat(parts);

    public static Gen<byte[]> Value(FieldType type) => type switch
    {
        FieldType.Text => Text.Select(Encoding.UTF8.GetBytes),
        FieldType.Integer => Int64(long.MinValue, long.MaxValue).Select(v => Write(w => w.WriteInt64(v))),
        FieldType.Number => Number(),
        FieldType.Double => Double().Select(v => Write(w => w.WriteDouble(v))),
        FieldType.Boolean => Gen.Elements(true, false).Select(v => Write(w => w.WriteBoolean(v))),
        FieldType.Date => Gen.Choose(0, DateOnly.MaxValue.DayNumber).Select(d => Write(w => w.WriteDate(DateOnly.FromDayNumber(d)))),
        FieldType.Timestamp => Int64(0, DateTime.MaxValue.Ticks / 10).Select(us => Write(w => w.WriteTimestamp(new DateTimeOffset(us * 10, TimeSpan.Zero)))),
        FieldType.Time => Int64(0, 86_400_000_000 - 1).Select(us => Write(w => w.WriteTime(new TimeOnly(us * 10)))),
        FieldType.Uuid => Bytes(16),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>A row of <see cref="Schema"/>: one entry per field, null where the field is null.</summary>
    public static Gen<byte[]?[]> Row() => Schema.Fields.Aggregate(
        Gen.Constant(Array.Empty<byte[]?>()),
        (row, field) => from fields in row
                        from isNull in Gen.Choose(0, 3)
                        from value in Value(field.Type)
                        select (byte[]?[])[.. fields, isNull == 0 && field.Nullable ? null : value]);

    public static byte[] Tuple(IReadOnlyList<byte[]?> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(buffer);
        writer.StartRow(fields.Count);
        foreach (var field in fields)
        {
            if (field is null) writer.WriteNull();
            else writer.WriteRaw(field);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static Gen<byte[]> Bytes(int count) => Gen.Choose(0, 255).ListOf(count).Select(l => l.Select(b => (byte)b).ToArray());

    public static Gen<long> Int64(long least, long most) => Gen.OneOf(
        Gen.Choose(0, 1000).Select(v => Math.Clamp((long)v, least, most)),
        Gen.Elements(least, most, Math.Clamp(9007199254740993L, least, most)),
        Bytes(8).Select(b => least + (long)((UInt128)BitConverter.ToUInt64(b) % ((UInt128)((Int128)most - least) + 1))));

    private static Gen<double> Double() => Gen.OneOf(
        Bytes(8).Select(b => BitConverter.ToDouble(b)).Where(double.IsFinite),
        Gen.Elements(0.0, -0.0, 0.1, 1e300, 5e-324, double.MaxValue, -1.5, 100000.0));

    // Numbers as text: any precision the exchange carries, often short ones.
    private static Gen<byte[]> Number() =>
        from sign in Gen.Elements("", "-")
        from integer in Digits(Gen.OneOf(Gen.Choose(1, 10), Gen.Choose(1, 60)))
        from fraction in Digits(Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 4), Gen.Choose(0, 60)))
        select Numeric(sign + integer + (fraction.Length > 0 ? "." + fraction : ""));

    private static Gen<string> Digits(Gen<int> lengths) =>
        from length in lengths
        from digits in Gen.Elements('0', '0', '0', '1', '5', '9').ListOf(length)
        select string.Concat(digits);

    public static byte[] Numeric(string text)
    {
        var bytes = new byte[PgNumeric.MaxBytes];
        Assert.Equal(NumberText.Good, PgNumeric.Parse(Encoding.ASCII.GetBytes(text), bytes, out var length));
        return bytes[..length];
    }

    private static byte[] Write(Action<RowWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(new RowWriter(buffer));
        return buffer.WrittenSpan[4..].ToArray();
    }
}
