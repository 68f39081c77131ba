namespace Exchange.Gateway.Authorization;

internal static class Sql
{
    /// <summary>Quotes an identifier. Identifiers come from the catalogue only.</summary>
    public static string Name(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The store table of a resource.</summary>
    public static string Table(string resource) => $"store.{Name(resource)}";

    /// <summary>The feed table of a resource.</summary>
    public static string Feed(string resource) => $"store.{Name(resource + "__feed")}";
}
