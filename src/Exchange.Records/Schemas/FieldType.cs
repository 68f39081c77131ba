namespace Exchange.Records.Schemas;

/// <summary>The types a field can have. Each has one PostgreSQL type, and its binary form is the form in a row.</summary>
public enum FieldType
{
    /// <summary>JSON <c>string</c>: <c>text</c>.</summary>
    Text,

    /// <summary>JSON <c>integer</c>: <c>bigint</c>.</summary>
    Integer,

    /// <summary>JSON <c>number</c>: <c>numeric</c>. NaN and infinity are refused.</summary>
    Number,

    /// <summary>JSON <c>number</c> with format <c>double</c>: <c>double precision</c>. NaN and infinity are refused.</summary>
    Double,

    /// <summary>JSON <c>boolean</c>: <c>boolean</c>.</summary>
    Boolean,

    /// <summary>JSON <c>string</c> with format <c>date</c>: <c>date</c>.</summary>
    Date,

    /// <summary>JSON <c>string</c> with format <c>date-time</c>: <c>timestamp with time zone</c>, microseconds.</summary>
    Timestamp,

    /// <summary>JSON <c>string</c> with format <c>time</c>: <c>time without time zone</c>, microseconds.</summary>
    Time,

    /// <summary>JSON <c>string</c> with format <c>uuid</c>: <c>uuid</c>.</summary>
    Uuid,
}

public static class FieldTypes
{
    /// <summary>The PostgreSQL type name, as to be written in DDL and casts.</summary>
    public static string PostgresName(this FieldType type) => type switch
    {
        FieldType.Text => "text",
        FieldType.Integer => "bigint",
        FieldType.Number => "numeric",
        FieldType.Double => "double precision",
        FieldType.Boolean => "boolean",
        FieldType.Date => "date",
        FieldType.Timestamp => "timestamp with time zone",
        FieldType.Time => "time without time zone",
        FieldType.Uuid => "uuid",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
