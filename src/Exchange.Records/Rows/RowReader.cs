using System.Buffers.Binary;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Records.Rows;

/// <summary>Why a run of tuples cannot be read, and where.</summary>
/// <param name="Offset">Byte offset from the start of the buffer.</param>
/// <param name="Reason">In English.</param>
/// <param name="ReasonZh">In Chinese.</param>
public readonly record struct RowFault(int Offset, string Reason, string ReasonZh)
{
    public Error ToError() => ErrorCodes.RowsMalformed.With(("offset", Offset), ("reason", Reason), ("reason:zh", ReasonZh));
}

/// <summary>
/// Reads tuples in PostgreSQL's binary COPY layout from one buffer. Never reads past its end: a malformed tuple makes
/// <see cref="ReadRow"/> return false with <see cref="Fault"/> set.
/// </summary>
public ref struct RowReader(ReadOnlySpan<byte> rows)
{
    private readonly ReadOnlySpan<byte> _rows = rows;
    private int _next;

    /// <summary>Byte offset of the current tuple.</summary>
    public int RowStart { get; private set; }

    /// <summary>Byte offset after the current tuple.</summary>
    public readonly int RowEnd => _next;

    public RowFault? Fault { get; private set; }

    /// <summary>
    /// Goes to the next tuple, which must have as many fields as <paramref name="fields"/> has places, and tells where each field's bytes are
    /// (a null field has length -1).
    /// </summary>
    /// <returns>False at the end of the buffer, or where it is malformed (then <see cref="Fault"/> is set).</returns>
    public bool ReadRow(scoped Span<FieldSlice> fields)
    {
        RowStart = _next;
        if (_next == _rows.Length || Fault is not null) return false;
        if (_rows.Length - _next < 2) return Fail(_next, "the field count is cut off", "字段数被截断");
        int count = BinaryPrimitives.ReadInt16BigEndian(_rows[_next..]);
        if (count != fields.Length) return Fail(_next, $"{count} fields where {fields.Length} belong", $"应有 {fields.Length} 个字段，实有 {count} 个");
        var at = _next + 2;
        for (var i = 0; i < count; i++)
        {
            if (_rows.Length - at < 4) return Fail(at, "a field length is cut off", "字段长度被截断");
            var length = BinaryPrimitives.ReadInt32BigEndian(_rows[at..]);
            at += 4;
            if (length < -1) return Fail(at - 4, "a field length is negative", "字段长度为负");
            if (length > _rows.Length - at) return Fail(at - 4, "a field is longer than the rows", "字段超出数据末尾");
            fields[i] = new FieldSlice(at, length);
            if (length > 0) at += length;
        }

        _next = at;
        return true;
    }

    public readonly ReadOnlySpan<byte> Bytes(FieldSlice field) => field.IsNull ? default : _rows.Slice(field.Offset, field.Length);

    private bool Fail(int offset, string reason, string reasonZh)
    {
        Fault = new RowFault(offset, reason, reasonZh);
        return false;
    }
}

/// <summary>Where a field's bytes are.</summary>
/// <param name="Length">-1 for null.</param>
public readonly record struct FieldSlice(int Offset, int Length)
{
    public bool IsNull => Length < 0;
}

/// <summary>Reads single field values out of their binary form. The bytes must have passed the validator, or come from PostgreSQL.</summary>
public static class RowValue
{
    public static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value);

    /// <summary>The text of a value of any type, as PostgreSQL reads it.</summary>
    public static string Text(FieldType type, ReadOnlySpan<byte> value) => ValueText.Text(type, value);

    public static long Int64(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64BigEndian(value);

    /// <summary>The number as text, with as many decimals as it was written with; any precision.</summary>
    public static string NumberText(ReadOnlySpan<byte> value)
    {
        Span<byte> text = stackalloc byte[PgNumeric.MaxTextLength + 8];
        return Encoding.ASCII.GetString(text[..PgNumeric.WriteText(value, text)]);
    }

    /// <summary>The number, where a decimal holds it exactly.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> value, out decimal number) => PgNumeric.TryRead(value, out number);

    public static double Double(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadDoubleBigEndian(value);

    public static bool Boolean(ReadOnlySpan<byte> value) => value[0] != 0;

    public static DateOnly Date(ReadOnlySpan<byte> value) => DateOnly.FromDayNumber(BinaryPrimitives.ReadInt32BigEndian(value) + PgEpoch.DayNumber);

    public static DateTimeOffset Timestamp(ReadOnlySpan<byte> value) =>
        new(PgEpoch.Ticks + (BinaryPrimitives.ReadInt64BigEndian(value) * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    public static TimeOnly Time(ReadOnlySpan<byte> value) => new(BinaryPrimitives.ReadInt64BigEndian(value) * TimeSpan.TicksPerMicrosecond);

    public static Guid Uuid(ReadOnlySpan<byte> value) => new(value, bigEndian: true);
}
