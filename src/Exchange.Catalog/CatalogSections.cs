using Exchange.Hosting.Database;

namespace Exchange.Catalog;

/// <summary>Section <c>Catalog</c>.</summary>
internal static class CatalogSections
{
    /// <summary>Of <see cref="DatabaseOptions"/>.</summary>
    public const string Database = "Catalog:Database";
}
