using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Exchange.Records.Validation.Identity;

namespace Exchange.Records.Validation;

/// <summary>Checks valid UTF-8 against one format of the profile. What is found is made once, at compile time.</summary>
internal abstract class TextFormat(string format)
{
    protected Finding Wrong { get; } = new(ErrorCodes.ValueFormatWrong, format);

    public abstract Finding? Check(ReadOnlySpan<byte> value);

    public static TextFormat? For(string? format, ValidatorOptions options) => format switch
    {
        null => null,
        FieldFormats.ResidentId => new ResidentIdFormat(options.Time),
        FieldFormats.Uscc => new CreditCodeFormat(options.KnownCreditCodes),
        FieldFormats.Division => new PlainFormat(format, Division.IsValid),
        FieldFormats.Mobile => new PlainFormat(format, MobileNumber.IsValid),
        FieldFormats.Plate => new PlainFormat(format, VehiclePlate.IsValid),
        FieldFormats.Email => new PlainFormat(format, EmailAddress.IsValid),
        FieldFormats.Uri => new PlainFormat(format, AbsoluteUri.IsValid),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };
}

internal delegate bool TextPredicate(ReadOnlySpan<byte> value);

internal sealed class PlainFormat(string format, TextPredicate isValid) : TextFormat(format)
{
    public override Finding? Check(ReadOnlySpan<byte> value) => isValid(value) ? null : Wrong;
}
