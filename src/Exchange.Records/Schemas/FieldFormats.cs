namespace Exchange.Records.Schemas;

/// <summary>The formats of the profile and the field type that each JSON type and format make.</summary>
internal static class FieldFormats
{
    public const string ResidentId = "cn-resident-id";
    public const string Uscc = "cn-uscc";
    public const string Division = "cn-division";
    public const string Mobile = "cn-mobile";
    public const string Plate = "cn-plate";
    public const string Email = "email";
    public const string Uri = "uri";

    private static readonly string[] OfString = ["date", "date-time", "time", "uuid", Email, Uri, ResidentId, Uscc, Division, Mobile, Plate];
    private static readonly string[] OfNumber = ["double"];

    public static IReadOnlyList<string> For(string jsonType) => jsonType switch
    {
        "string" => OfString,
        "number" => OfNumber,
        _ => [],
    };

    /// <summary>Null where the format is not one of the profile or does not go with the JSON type.</summary>
    public static FieldType? TypeOf(string jsonType, string? format) => (jsonType, format) switch
    {
        ("string", null or Email or Uri or ResidentId or Uscc or Division or Mobile or Plate) => FieldType.Text,
        ("string", "date") => FieldType.Date,
        ("string", "date-time") => FieldType.Timestamp,
        ("string", "time") => FieldType.Time,
        ("string", "uuid") => FieldType.Uuid,
        ("integer", null) => FieldType.Integer,
        ("number", null) => FieldType.Number,
        ("number", "double") => FieldType.Double,
        ("boolean", null) => FieldType.Boolean,
        _ => null,
    };

    /// <summary>The type in the words of the schema, for texts in both languages.</summary>
    public static string Describe(FieldType type) => type switch
    {
        FieldType.Text => "string",
        FieldType.Integer => "integer",
        FieldType.Number => "number",
        FieldType.Double => "number/double",
        FieldType.Boolean => "boolean",
        FieldType.Date => "string/date",
        FieldType.Timestamp => "string/date-time",
        FieldType.Time => "string/time",
        FieldType.Uuid => "string/uuid",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
