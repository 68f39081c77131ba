using Exchange.Adapters.Configuration;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Inventory;

/// <summary>Finds what tells the rows of a table apart where the database does not say so, and says that it is a guess.</summary>
internal static class KeyGuess
{
    private const int LeastRows = 20;
    private const int MostOfPair = 12;

    private static readonly string[] s_words = ["id", "code", "no", "number", "key", "uuid", "bh", "dm", "xh", "bm"];
    private static readonly string[] s_endings = ["编号", "代码", "编码", "序号", "号码", "标识", "号"];

    /// <summary>Completes the key and the notes of a table that was read. Pure.</summary>
    public static InventoryTable Complete(InventoryTable table)
    {
        if (!table.IsReadable) return table;
        var usable = table.Columns.Where(c => c.IsUsable).ToDictionary(c => c.Name, StringComparer.Ordinal);
        if (table.Key.Count > 0)
        {
            if (table.Key.All(k => usable.TryGetValue(k, out var column) && CanBeKey(column))) return table;
            var names = string.Join(", ", table.Key);
            table = table.Noting(new Told($"主键 {names} 中有不能作为数据项主键的列（类型不支持，或该角色不可读）", $"the key {names} has a column that cannot be in a resource's key (its type, or the role may not read it)"));
        }

        var candidates = usable.Values.Where(CanBeKey).ToList();
        string[] key = table.Sample.Rows < LeastRows ? [] : Guess(table, candidates);
        return key.Length > 0
            ? (table with { Key = key, KeyOrigin = KeyOrigin.Guess }).Noting(Guessed(table, key))
            : (table with { Key = [], KeyOrigin = KeyOrigin.None }).Noting(Missing(table));
    }

    private static string[] Guess(InventoryTable table, List<InventoryColumn> candidates)
    {
        var names = candidates.Where(c => IsTelling(c)).OrderBy(Preference).Select(c => c.Name).ToList();
        if (names.Find(n => table.Sample.AreUnique(n)) is { } single) return [single];
        // Within a pair a date or a time may tell what a code alone does not.
        var parts = candidates.OrderBy(Preference).Take(MostOfPair).Select(c => c.Name).ToList();
        return parts.SelectMany((a, i) => parts.Skip(i + 1).Select(b => (string[])[a, b])).FirstOrDefault(p => p.Any(names.Contains) && table.Sample.AreUnique(p)) ?? [];
    }

    private static bool CanBeKey(InventoryColumn column) => column.FieldType is not (null or FieldType.Double);

    // Times and amounts are unique by chance.
    private static bool IsTelling(InventoryColumn column) => column.FieldType is FieldType.Uuid or FieldType.Integer or FieldType.Text;

    private static int Preference(InventoryColumn column) => column switch
    {
        { IsIdentity: true } => 0,
        _ when s_endings.Any(e => column.Name.EndsWith(e, StringComparison.Ordinal)) || ColumnWords.Runs(column.Name).Overlaps(s_words) => 1,
        { FieldType: FieldType.Uuid } => 2,
        { FieldType: FieldType.Integer } => 3,
        { FieldType: FieldType.Text } => 4,
        _ => 5,
    };

    private static Told Guessed(InventoryTable table, IReadOnlyList<string> key)
    {
        var (names, rows) = (string.Join(", ", key), table.Sample.Rows);
        var sql = Unique(table, key);
        return table.Sample.IsWhole
            ? new Told($"没有主键；猜测以 {names} 为键：全部 {rows} 行中均不重复。请确认，并请数据库管理员执行 {sql}", $"no key; guessed: {names}, unique in all {rows} rows. Confirm it, and have the administrator run {sql}")
            : new Told($"没有主键；猜测以 {names} 为键：抽样的 {rows} 行中不重复。请确认，并请数据库管理员执行 {sql}", $"no key; guessed: {names}, unique in the {rows} rows sampled. Confirm it, and have the administrator run {sql}");
    }

    private static string Unique(InventoryTable table, IReadOnlyList<string> key)
    {
        var columns = string.Join(", ", key.Select(TableName.Identifier.Quote));
        return table.Kind switch
        {
            TableKind.Table or TableKind.PartitionedTable => $"ALTER TABLE {table.Sql} ADD PRIMARY KEY ({columns})",
            TableKind.MaterializedView => $"CREATE UNIQUE INDEX ON {table.Sql} ({columns})",
            _ => $"SELECT {columns}, count(*) FROM {table.Sql} GROUP BY {columns} HAVING count(*) > 1",
        };
    }

    private static Told Missing(InventoryTable table) => table.Kind is TableKind.Table or TableKind.PartitionedTable
        ? new Told(
            $"没有任何可用的键，未生成草案。请选定能区分各行的列，由数据库管理员执行 ALTER TABLE {table.Sql} ADD PRIMARY KEY (…)；没有这样的列时，可加 id bigint GENERATED ALWAYS AS IDENTITY 列，或建立带键的视图，然后再次盘点",
            $"no key of any kind, so nothing is drafted. Choose the columns that tell its rows apart and have the administrator run ALTER TABLE {table.Sql} ADD PRIMARY KEY (…); where there are none, add a column id bigint GENERATED ALWAYS AS IDENTITY or make a view with a key; then take the inventory again")
        : new Told(
            "没有任何可用的键，未生成草案。请选出能区分各行的列，将其放入视图（或对应的来源表）后再次盘点；行数不足 20 的对象不作猜测，可仿照其他草案自行编写",
            "no key of any kind, so nothing is drafted. Choose the columns that tell its rows apart, have them in the view (or in its source), and take the inventory again; nothing is guessed from less than 20 rows: write the draft by hand after the others");
}
