using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Inventory;

/// <summary>The files that an inventory leaves.</summary>
internal static class InventoryFiles
{
    public const string Report = "inventory.json";
    public const string PageEn = "inventory.md";
    public const string PageZh = "inventory.zh-CN.md";

    /// <summary>Each file's name and text: the report, a page in each language, and per complete draft the entry, the schema and the adapter file.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(DatabaseInventory inventory, IReadOnlyList<TableDraft> drafts, DraftContext context)
    {
        var files = new List<KeyValuePair<string, string>>
        {
            new(Report, InventoryReport.Write(inventory, drafts)),
            new(PageEn, InventoryPage.Write(inventory, drafts, Language.En)),
            new(PageZh, InventoryPage.Write(inventory, drafts, Language.Zh)),
        };
        foreach (var draft in drafts.Where(d => d.IsComplete))
        {
            files.Add(new(draft.EntryFile, DraftEntry.Write(draft, context)));
            files.Add(new(draft.SchemaFile, DraftSchema.Write(draft)));
            files.Add(new(draft.AdapterFile, DraftAdapter.Write(draft, context)));
        }

        return files;
    }
}
