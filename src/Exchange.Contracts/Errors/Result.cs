using System.Diagnostics.CodeAnalysis;

namespace Exchange.Contracts.Errors;

/// <summary>A value, or the reason why there is none.</summary>
public readonly struct Result<T>
{
    private readonly T? _value;

    private Result(T? value, Error? error) => (_value, Error) = (value, error);

    /// <summary>The reason, or null where there is a value.</summary>
    public Error? Error { get; }

    [MemberNotNullWhen(true, nameof(Error))]
    public bool IsError => Error is not null;

    /// <summary>The value. Reading it from a failed result is a bug and throws.</summary>
    public T Value => Error is null ? _value! : throw new InvalidOperationException($"There is no value: {Error}");

    public Result<TOther> Map<TOther>(Func<T, TOther> map) => Error is null ? map(_value!) : Error;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);

    public override string ToString() => Error is null ? $"{_value}" : Error.ToString();
}

/// <summary>The value of an operation that only succeeds or fails.</summary>
public readonly record struct Done
{
    public static readonly Done Value;
}
