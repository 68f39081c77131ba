using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Validation;

internal sealed class IntegerCheck : FieldCheck
{
    private readonly long _least;
    private readonly long _most;
    private readonly Finding? _tooSmall;
    private readonly Finding? _tooLarge;
    private readonly Finding? _notMultiple;
    private readonly decimal _multipleOf;
    private readonly long[]? _allowed;

    public IntegerCheck(Field field)
        : base(field)
    {
        var rules = field.Rules;
        var (lower, upper) = (Bounds.Lower(rules), Bounds.Upper(rules));
        _least = lower is { } l ? Ceiling(l.Limit, l.Exclusive) : long.MinValue;
        _most = upper is { } u ? Floor(u.Limit, u.Exclusive) : long.MaxValue;
        // A limit beyond bigint leaves no value.
        if (lower?.Limit > long.MaxValue || upper?.Limit < long.MinValue) (_least, _most) = (long.MaxValue, long.MinValue);
        _tooSmall = lower?.Finding;
        _tooLarge = upper?.Finding;
        _multipleOf = rules.MultipleOf ?? 0;
        _notMultiple = rules.MultipleOf is { } m ? new Finding(ErrorCodes.ValueNotMultiple, m.ToString(CultureInfo.InvariantCulture)) : null;
        _allowed = rules.Enum?.Select(v => long.Parse(v, CultureInfo.InvariantCulture)).Order().ToArray();
    }

    public override Finding? Check(ReadOnlySpan<byte> value)
    {
        if (value.Length != 8) return TypeWrong;
        var number = BinaryPrimitives.ReadInt64BigEndian(value);
        if (number < _least) return _tooSmall ?? _tooLarge;
        if (number > _most) return _tooLarge ?? _tooSmall;
        if (_notMultiple is not null && number % _multipleOf != 0) return _notMultiple;
        return _allowed is null || Array.BinarySearch(_allowed, number) >= 0 ? null : NotInEnum;
    }

    private static long Ceiling(decimal limit, bool exclusive)
    {
        var least = decimal.Ceiling(limit);
        if (exclusive && least == limit) least++;
        return least < long.MinValue ? long.MinValue : least > long.MaxValue ? long.MaxValue : (long)least;
    }

    private static long Floor(decimal limit, bool exclusive)
    {
        var most = decimal.Floor(limit);
        if (exclusive && most == limit) most--;
        return most < long.MinValue ? long.MinValue : most > long.MaxValue ? long.MaxValue : (long)most;
    }
}

internal sealed class DoubleCheck : FieldCheck
{
    private readonly Bound? _lower;
    private readonly Bound? _upper;

    public DoubleCheck(Field field)
        : base(field)
    {
        _lower = Bounds.Lower(field.Rules);
        _upper = Bounds.Upper(field.Rules);
    }

    public override Finding? Check(ReadOnlySpan<byte> value)
    {
        if (value.Length != 8) return TypeWrong;
        var number = BinaryPrimitives.ReadDoubleBigEndian(value);
        if (!double.IsFinite(number)) return OutOfRange;
        if (_lower is not null && (number < (double)_lower.Limit || (_lower.Exclusive && number == (double)_lower.Limit))) return _lower.Finding;
        if (_upper is not null && (number > (double)_upper.Limit || (_upper.Exclusive && number == (double)_upper.Limit))) return _upper.Finding;
        return null;
    }
}

internal sealed class NumberCheck : FieldCheck
{
    private readonly Bound? _lower;
    private readonly Bound? _upper;
    private readonly decimal? _multipleOf;
    private readonly int? _places;
    private readonly Finding? _notMultiple;
    private readonly byte[][]? _allowed;

    public NumberCheck(Field field)
        : base(field)
    {
        var rules = field.Rules;
        _lower = Bounds.Lower(rules);
        _upper = Bounds.Upper(rules);
        _multipleOf = rules.MultipleOf;
        _places = rules.MultipleOf is { } m ? PgNumeric.PlacesOfPowerOfTen(m) : null;
        _notMultiple = rules.MultipleOf is { } multiple ? new Finding(ErrorCodes.ValueNotMultiple, multiple.ToString(CultureInfo.InvariantCulture)) : null;
        _allowed = rules.Enum?.Select(Encode).ToArray();
        if (_allowed is not null) Array.Sort(_allowed, (a, b) => PgNumeric.Compare(a, b));
    }

    public override Finding? Check(ReadOnlySpan<byte> value)
    {
        switch (PgNumeric.Check(value))
        {
            case NumericForm.Malformed: return TypeWrong;
            case NumericForm.OutOfRange: return OutOfRange;
        }

        if (_lower is not null && PgNumeric.Compare(value, _lower.Numeric) is var low && (low < 0 || (low == 0 && _lower.Exclusive))) return _lower.Finding;
        if (_upper is not null && PgNumeric.Compare(value, _upper.Numeric) is var high && (high > 0 || (high == 0 && _upper.Exclusive))) return _upper.Finding;
        if (_notMultiple is not null && !IsMultiple(value)) return _notMultiple;
        return _allowed is null || IsAllowed(value) ? null : NotInEnum;
    }

    private bool IsMultiple(ReadOnlySpan<byte> value) =>
        _places is { } places ? !PgNumeric.HasDigitsBeyond(value, places) : PgNumeric.IsMultipleOf(value, _multipleOf!.Value);

    private bool IsAllowed(ReadOnlySpan<byte> value)
    {
        int low = 0, high = _allowed!.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = PgNumeric.Compare(value, _allowed[middle]);
            if (order == 0) return true;
            if (order < 0) high = middle - 1;
            else low = middle + 1;
        }

        return false;
    }

    private static byte[] Encode(string number)
    {
        Span<byte> bytes = stackalloc byte[PgNumeric.MaxBytes];
        return PgNumeric.Parse(Encoding.ASCII.GetBytes(number), bytes, out var length) == NumberText.Good
            ? bytes[..length].ToArray()
            : throw new InvalidOperationException("The schema reader lets numbers only into the enum of a number.");
    }
}

/// <summary>One end of a range.</summary>
internal sealed record Bound(decimal Limit, bool Exclusive, byte[] Numeric, Finding Finding);

internal static class Bounds
{
    /// <summary>The stricter of minimum and exclusiveMinimum.</summary>
    public static Bound? Lower(FieldRules rules) => (rules.Minimum, rules.ExclusiveMinimum) switch
    {
        (null, null) => null,
        (var limit, { } exclusive) when limit is null || exclusive >= limit => Make(exclusive, true, ErrorCodes.ValueTooSmall),
        (var limit, _) => Make(limit!.Value, false, ErrorCodes.ValueTooSmall),
    };

    /// <summary>The stricter of maximum and exclusiveMaximum.</summary>
    public static Bound? Upper(FieldRules rules) => (rules.Maximum, rules.ExclusiveMaximum) switch
    {
        (null, null) => null,
        (var limit, { } exclusive) when limit is null || exclusive <= limit => Make(exclusive, true, ErrorCodes.ValueTooLarge),
        (var limit, _) => Make(limit!.Value, false, ErrorCodes.ValueTooLarge),
    };

    private static Bound Make(decimal limit, bool exclusive, ErrorCode code)
    {
        Span<byte> bytes = stackalloc byte[PgNumeric.MaxDecimalBytes];
        var numeric = bytes[..PgNumeric.Write(limit, bytes)].ToArray();
        return new Bound(limit, exclusive, numeric, new Finding(code, limit.ToString(CultureInfo.InvariantCulture)));
    }
}
