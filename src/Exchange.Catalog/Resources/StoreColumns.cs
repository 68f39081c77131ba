using Exchange.Catalog.Database;
using Exchange.Records.Schemas;

namespace Exchange.Catalog.Resources;

/// <summary>How the names and types of a schema's fields are written in statements over the store's tables.</summary>
internal static class StoreColumns
{
    /// <summary>Bits of changed columns: columns from here on share this bit.</summary>
    public const int SharedBit = 62;

    public static string Column(Field field) => Sql.Quote(field.Name);

    public static string KeyOfFeed(Field field) => Sql.Quote("key:" + field.Name);

    public static string Before(Field field) => Sql.Quote("before:" + field.Name);

    public static string After(Field field) => Sql.Quote("after:" + field.Name);

    /// <summary>Text compares and sorts by its bytes everywhere, whatever the database's locale is.</summary>
    public static string Type(Field field) =>
        field.Type == FieldType.Text ? "text COLLATE \"C\"" : field.Type.PostgresName();

    public static string Store(string resource) => "store." + Sql.Quote(resource);

    public static string Feed(string resource) => "store." + Sql.Quote(resource + "__feed");

    public static string Seen(string resource) => "store." + Sql.Quote(resource + "__seen");

    /// <summary>A statement: what was seen of a snapshot counts no more.</summary>
    public static string ForgetSeen(string resource) => $"TRUNCATE {Seen(resource)}";

    /// <summary>Joins one text per field.</summary>
    public static string List(IEnumerable<Field> fields, Func<Field, string> text, string separator = ", ") => string.Join(separator, fields.Select(text));
}
