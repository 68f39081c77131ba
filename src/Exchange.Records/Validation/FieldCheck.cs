using System.Buffers.Binary;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Validation;

/// <summary>What a value breaks; made once when the validator is compiled.</summary>
internal sealed record Finding(ErrorCode Code, string? Limit, bool IsWarning = false);

/// <summary>Checks the binary form and the rules of one field. Null values never come here.</summary>
internal abstract class FieldCheck(Field field)
{
    protected Finding TypeWrong { get; } = new(ErrorCodes.ValueTypeWrong, FieldFormats.Describe(field.Type));

    protected static Finding OutOfRange { get; } = new(ErrorCodes.ValueOutOfRange, null);

    protected static Finding NotInEnum { get; } = new(ErrorCodes.ValueNotInEnum, null);

    /// <summary>Null where the value is good. Never allocates for a good value.</summary>
    public abstract Finding? Check(ReadOnlySpan<byte> value);

    public static FieldCheck Compile(Field field, ValidatorOptions options) => field.Type switch
    {
        FieldType.Text => new TextCheck(field, options),
        FieldType.Integer => new IntegerCheck(field),
        FieldType.Number => new NumberCheck(field),
        FieldType.Double => new DoubleCheck(field),
        FieldType.Boolean => new BooleanCheck(field),
        FieldType.Date => new DateCheck(field),
        FieldType.Timestamp => new MicrosecondsCheck(field, MicrosecondsCheck.FirstTimestamp, MicrosecondsCheck.LastTimestamp),
        FieldType.Time => new MicrosecondsCheck(field, 0, MicrosecondsCheck.LastTime),
        FieldType.Uuid => new UuidCheck(field),
        _ => throw new ArgumentOutOfRangeException(nameof(field), field.Type, null),
    };
}

internal sealed class BooleanCheck(Field field) : FieldCheck(field)
{
    private readonly bool[]? _allowed = field.Rules.Enum is { } allowed ? [allowed.Contains("false", StringComparer.Ordinal), allowed.Contains("true", StringComparer.Ordinal)] : null;

    public override Finding? Check(ReadOnlySpan<byte> value)
    {
        if (value.Length != 1 || value[0] > 1) return TypeWrong;
        return _allowed is null || _allowed[value[0]] ? null : NotInEnum;
    }
}

internal sealed class DateCheck(Field field) : FieldCheck(field)
{
    private static readonly int First = DateOnly.MinValue.DayNumber - PgEpoch.DayNumber;
    private static readonly int Last = DateOnly.MaxValue.DayNumber - PgEpoch.DayNumber;

    private readonly int[]? _allowed = field.Rules.Enum?
        .Select(d => DateOnly.ParseExact(d, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture).DayNumber - PgEpoch.DayNumber).Order().ToArray();

    public override Finding? Check(ReadOnlySpan<byte> value)
    {
        if (value.Length != 4) return TypeWrong;
        var day = BinaryPrimitives.ReadInt32BigEndian(value);
        if (day < First || day > Last) return OutOfRange;
        return _allowed is null || Array.BinarySearch(_allowed, day) >= 0 ? null : NotInEnum;
    }
}

/// <summary>Timestamps and times of day. The years are 1 to 9999, which JSON's date-time can express; 24:00:00 is refused.</summary>
internal sealed class MicrosecondsCheck(Field field, long first, long last) : FieldCheck(field)
{
    public static readonly long FirstTimestamp = (DateTime.MinValue.Ticks - PgEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
    public static readonly long LastTimestamp = (DateTime.MaxValue.Ticks - PgEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
    public static readonly long LastTime = (TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond) - 1;

    public override Finding? Check(ReadOnlySpan<byte> value)
    {
        if (value.Length != 8) return TypeWrong;
        var microseconds = BinaryPrimitives.ReadInt64BigEndian(value);
        return microseconds < first || microseconds > last ? OutOfRange : null;
    }
}

internal sealed class UuidCheck(Field field) : FieldCheck(field)
{
    private readonly Guid[]? _allowed = field.Rules.Enum?.Select(Guid.Parse).Order().ToArray();

    public override Finding? Check(ReadOnlySpan<byte> value)
    {
        if (value.Length != 16) return TypeWrong;
        return _allowed is null || Array.BinarySearch(_allowed, new Guid(value, bigEndian: true)) >= 0 ? null : NotInEnum;
    }
}
