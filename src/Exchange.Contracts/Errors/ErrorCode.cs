namespace Exchange.Contracts.Errors;

/// <summary>Who has to act for the error to go away.</summary>
public enum ErrorOrigin
{
    /// <summary>The caller: the request, its credentials or its grant.</summary>
    Consumer,

    /// <summary>The publishing department: its data, schema or source system.</summary>
    Provider,

    /// <summary>The exchange itself: its database, broker or configuration.</summary>
    Exchange,
}

/// <summary>
/// One entry of the error catalogue. Numbers and names are published: they are never reused and never change meaning.
/// Texts may hold placeholders such as <c>{field}</c> that are filled from <see cref="Error.Data"/>.
/// </summary>
/// <param name="Number">Four digits; the first tells the area (1 schema and records, 2 catalogue, 3 streams, 4 access, 5 queries, 6 adapters, 9 platform).</param>
/// <param name="Name">Stable snake_case name, used in URIs and by programs.</param>
/// <param name="Origin">Who has to act.</param>
/// <param name="Zh">Text in Chinese (zh-CN).</param>
/// <param name="En">Text in English.</param>
public sealed record ErrorCode(int Number, string Name, ErrorOrigin Origin, string Zh, string En)
{
    /// <summary>Makes an error of this code; <paramref name="data"/> fills the placeholders of the text.</summary>
    public Error With(params (string Name, object? Value)[] data) =>
        new(this, data.ToDictionary(d => d.Name, d => Convert.ToString(d.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "", StringComparer.Ordinal), []);

    /// <summary>Makes an error of this code that lists several findings, so that all can be mended in one round.</summary>
    public Error WithDetails(IEnumerable<ErrorDetail> details, params (string Name, object? Value)[] data) =>
        With(data) with { Details = [.. details] };

    public override string ToString() => $"{Number} {Name}";
}
