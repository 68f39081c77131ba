using System.Buffers.Binary;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>How a column's binary value becomes the field's: as a cast in the source's own SQL would do it.</summary>
internal enum ColumnForm
{
    AsIs,

    /// <summary>Text of fixed length: blanks at its end are no part of the value.</summary>
    TrimBlanks,

    /// <summary>One byte, which the server casts to the text <c>\ooo</c> where it is no ASCII, and to an empty one where it is zero.</summary>
    OneByte,
    Widen16,
    Widen32,
    Number16,
    Number32,
    Number64,
    WidenFloat,

    /// <summary>A time without a zone, in the configured one.</summary>
    LocalTime,
}

internal static class ColumnForms
{
    /// <summary>The form for a column's type, or null where capture cannot carry it.</summary>
    public static ColumnForm? Of(FieldType field, string type, bool isEnum) => (field, type) switch
    {
        (FieldType.Text, _) when isEnum => ColumnForm.AsIs,
        (FieldType.Text, "text" or "varchar" or "name" or "citext") => ColumnForm.AsIs,
        (FieldType.Text, "bpchar") => ColumnForm.TrimBlanks,
        (FieldType.Text, "char") => ColumnForm.OneByte,
        (FieldType.Integer, "int8") => ColumnForm.AsIs,
        (FieldType.Integer, "int4") => ColumnForm.Widen32,
        (FieldType.Integer, "int2") => ColumnForm.Widen16,
        (FieldType.Number, "numeric") => ColumnForm.AsIs,
        (FieldType.Number, "int8") => ColumnForm.Number64,
        (FieldType.Number, "int4") => ColumnForm.Number32,
        (FieldType.Number, "int2") => ColumnForm.Number16,
        (FieldType.Double, "float8") => ColumnForm.AsIs,
        (FieldType.Double, "float4") => ColumnForm.WidenFloat,
        (FieldType.Boolean, "bool") => ColumnForm.AsIs,
        (FieldType.Date, "date") => ColumnForm.AsIs,
        (FieldType.Timestamp, "timestamptz") => ColumnForm.AsIs,
        (FieldType.Timestamp, "timestamp") => ColumnForm.LocalTime,
        (FieldType.Time, "time") => ColumnForm.AsIs,
        (FieldType.Uuid, "uuid") => ColumnForm.AsIs,
        _ => null,
    };

    /// <summary>Adds a value in its field's form.</summary>
    public static void Add(ChangeBuffer output, ColumnForm form, ReadOnlySpan<byte> value, LocalTimes times)
    {
        switch (form)
        {
            case ColumnForm.AsIs: output.Add(value); break;
            case ColumnForm.TrimBlanks: output.Add(value.TrimEnd((byte)' ')); break;
            case ColumnForm.OneByte: AddByte(output, value[0]); break;
            case ColumnForm.Widen16: AddInt64(output, BinaryPrimitives.ReadInt16BigEndian(value)); break;
            case ColumnForm.Widen32: AddInt64(output, BinaryPrimitives.ReadInt32BigEndian(value)); break;
            case ColumnForm.Number16: AddNumber(output, BinaryPrimitives.ReadInt16BigEndian(value)); break;
            case ColumnForm.Number32: AddNumber(output, BinaryPrimitives.ReadInt32BigEndian(value)); break;
            case ColumnForm.Number64: AddNumber(output, BinaryPrimitives.ReadInt64BigEndian(value)); break;
            case ColumnForm.WidenFloat: AddInt64(output, BitConverter.DoubleToInt64Bits(BinaryPrimitives.ReadSingleBigEndian(value))); break;
            case ColumnForm.LocalTime: AddInt64(output, times.ToUtc(BinaryPrimitives.ReadInt64BigEndian(value))); break;
            default: throw new ArgumentOutOfRangeException(nameof(form), form, null);
        }
    }

    private static void AddByte(ChangeBuffer output, byte value)
    {
        if (value == 0) output.Add([]);
        else if (value < 0x80) output.Add([value]);
        else output.Add([(byte)'\\', (byte)('0' + (value >> 6)), (byte)('0' + ((value >> 3) & 7)), (byte)('0' + (value & 7))]);
    }

    private static void AddInt64(ChangeBuffer output, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        output.Add(bytes);
    }

    private static void AddNumber(ChangeBuffer output, decimal value)
    {
        Span<byte> bytes = stackalloc byte[RowWriter.MaxNumberBytes];
        output.Add(bytes[..RowWriter.NumberBytes(value, bytes)]);
    }
}
