using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Validation;

internal sealed class TextCheck : FieldCheck
{
    private static readonly Finding EncodingWrong = new(ErrorCodes.ValueEncodingWrong, null);

    private readonly int _minLength;
    private readonly int _maxLength;
    private readonly Finding _tooShort;
    private readonly Finding _tooLong;
    private readonly byte[][]? _allowed;
    private readonly TextFormat? _format;
    private readonly Regex? _pattern;
    private readonly Finding? _mismatch;

    public TextCheck(Field field, ValidatorOptions options)
        : base(field)
    {
        var rules = field.Rules;
        _minLength = rules.MinLength ?? 0;
        _maxLength = rules.MaxLength ?? int.MaxValue;
        _tooShort = new Finding(ErrorCodes.ValueTooShort, _minLength.ToString(CultureInfo.InvariantCulture));
        _tooLong = new Finding(ErrorCodes.ValueTooLong, _maxLength.ToString(CultureInfo.InvariantCulture));
        _format = TextFormat.For(field.Format, options);
        if (rules.Enum is { } allowed)
        {
            _allowed = [.. allowed.Select(Encoding.UTF8.GetBytes)];
            Array.Sort(_allowed, (a, b) => a.AsSpan().SequenceCompareTo(b));
        }

        if (rules.Pattern is not { } pattern) return;
        if (!LinearPattern.TryCompile(pattern, out var regex, out var refused)) throw new InvalidOperationException($"The schema reader lets no pattern with {refused} through.");
        _pattern = regex;
        _mismatch = new Finding(ErrorCodes.ValuePatternMismatch, null);
    }

    public override Finding? Check(ReadOnlySpan<byte> value)
    {
        var ascii = Ascii.IsValid(value);
        if (!ascii && !Utf8.IsValid(value)) return BadCell.Is(value) ? TypeWrong : EncodingWrong;
        if (value.Contains((byte)0)) return EncodingWrong;
        if (CheckLength(value, ascii) is { } length) return length;
        if (_allowed is not null && !IsAllowed(value)) return NotInEnum;
        var warning = _format?.Check(value);
        if (warning is { IsWarning: false }) return warning;
        return _pattern is not null && !Matches(value) ? _mismatch : warning;
    }

    private Finding? CheckLength(ReadOnlySpan<byte> value, bool ascii)
    {
        // A code point takes one to four bytes: most values need no counting.
        var most = value.Length;
        var least = ascii ? most : (most + 3) / 4;
        if (most <= _maxLength && least >= _minLength) return null;
        var count = ascii ? most : CodePoints.Count(value);
        return count < _minLength ? _tooShort : count > _maxLength ? _tooLong : null;
    }

    private bool IsAllowed(ReadOnlySpan<byte> value)
    {
        int low = 0, high = _allowed!.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = value.SequenceCompareTo(_allowed[middle]);
            if (order == 0) return true;
            if (order < 0) high = middle - 1;
            else low = middle + 1;
        }

        return false;
    }

    private bool Matches(ReadOnlySpan<byte> value)
    {
        const int Stack = 512;
        char[]? rented = null;
        var text = value.Length <= Stack ? stackalloc char[Stack] : rented = ArrayPool<char>.Shared.Rent(value.Length);
        Utf8.ToUtf16(value, text, out _, out var length);
        var matches = _pattern!.IsMatch(text[..length]);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return matches;
    }
}
