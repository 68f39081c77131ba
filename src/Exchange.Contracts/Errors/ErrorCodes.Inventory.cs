namespace Exchange.Contracts.Errors;

// 6080–6089 inventories of databases.
public static partial class ErrorCodes
{
    public static readonly ErrorCode InventoryFailed = new(6080, "inventory_failed", ErrorOrigin.Provider, "无法盘点数据库：{reason}。", "The inventory cannot be taken: {reason}.");
    public static readonly ErrorCode InventoryFileExists = new(6081, "inventory_file_exists", ErrorOrigin.Provider, "{file} 已存在，未写入任何文件；加 --force 覆盖，或另选文件夹。", "{file} is there already, and nothing was written; add --force to replace it, or choose another folder.");
    public static readonly ErrorCode InventoryEmpty = new(6082, "inventory_empty", ErrorOrigin.Provider, "所选模式中没有该角色可见的表。", "The role sees no tables in the chosen schemas.");
}
