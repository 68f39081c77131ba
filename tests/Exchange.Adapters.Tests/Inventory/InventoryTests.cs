using Exchange.Adapters.Configuration;
using Exchange.Adapters.Inventory;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Tests.Support;
using Exchange.Records.Schemas;
using Npgsql;
using Xunit;

namespace Exchange.Adapters.Tests.Inventory;

[Trait("Cost", "Servers")]
public sealed class InventoryTests : IAsyncLifetime
{
    private readonly AdapterFolder _folder = new();
    private DepartmentDatabase _department = null!;

    public async ValueTask InitializeAsync()
    {
        _department = await RegisterDatabase.CreateAsync();
        _folder.Write("register.connection", _department.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _department.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Read_GrownDatabase_NamesKindsCountsAndKeys()
    {
        var tables = (await ReadAsync()).Tables.ToDictionary(t => t.Name, StringComparer.Ordinal);
        Assert.DoesNotContain("visit_2025", tables.Keys);
        Assert.Equal(
            [TableKind.Table, TableKind.PartitionedTable, TableKind.View, TableKind.MaterializedView, TableKind.ForeignTable],
            ((string[])["person", "visit", "adult", "totals", "remote"]).Select(n => tables[n].Kind));
        Assert.Equal((RegisterDatabase.People, true), (tables["person"].Rows, tables["person"].RowsAreCounted));
        Assert.Equal((30, true), (tables["visit"].Rows, tables["visit"].RowsAreCounted));
        // Never analysed: reckoned up from some of its pages.
        Assert.False(tables["large"].RowsAreCounted);
        Assert.InRange(tables["large"].Rows!.Value, 14_000, 26_000);
        Assert.InRange(tables["large"].Sample.Rows, 200, 1000);
        Assert.Null(tables["remote"].Rows);

        Assert.Equal((KeyOrigin.Primary, "id"), Key(tables["person"]));
        Assert.Equal((KeyOrigin.Primary, "id+day"), Key(tables["visit"]));
        Assert.Equal((KeyOrigin.Unique, "Code+ID"), Key(tables["UPPER"]));
        Assert.Equal((KeyOrigin.Guess, "code"), Key(tables["codes"]));
        Assert.Equal((KeyOrigin.Guess, "year+region"), Key(tables["yearly"]));
        Assert.Equal((KeyOrigin.Guess, "id"), Key(tables["adult"]));
        Assert.Equal((KeyOrigin.Guess, "id"), Key(tables["totals"]));
        Assert.Equal((KeyOrigin.None, ""), Key(tables["upper"]));
        Assert.Contains(tables["upper"].Notes, n => n.En.Contains("ALTER TABLE \"public\".\"upper\" ADD PRIMARY KEY", StringComparison.Ordinal) && n.Zh.Contains("未生成草案", StringComparison.Ordinal));
        Assert.Contains(tables["codes"].Notes, n => n.En.Contains("guessed: code, unique in all 500 rows", StringComparison.Ordinal));
        Assert.Contains(tables["broken"].Notes, n => n.En.Contains("22012", StringComparison.Ordinal));
        Assert.Contains(tables["documents"].Notes, n => n.En.Contains("body of type jsonb", StringComparison.Ordinal));
        Assert.Contains(tables["remote"].Notes, n => n.Zh.Contains("外部表", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_ExactAsked_CountsLargeTables()
    {
        var tables = (await ReadAsync(exact: true)).Tables;
        Assert.Equal((20_000, true), tables.Where(t => t.Name == "large").Select(t => (t.Rows!.Value, t.RowsAreCounted)).Single());
    }

    [Fact]
    public async Task Read_AnalysedTable_TakesTheEstimateOfItsSizeNow()
    {
        await _department.ExecuteAsync("ANALYZE large; INSERT INTO large SELECT i, repeat('x', 200) FROM generate_series(20001, 40000) AS i");
        var large = (await ReadAsync()).Tables.Single(t => t.Name == "large");
        Assert.InRange(large.Rows!.Value, 39_000, 41_000);
    }

    [Fact]
    public async Task Suggest_PeopleInTables_TellsKindsWithEvidence()
    {
        var drafts = TableDraft.Of((await ReadAsync()).Tables);
        var person = drafts.Single(d => d.Table.Name == "person").Fields.ToDictionary(f => f.Name, f => f.Suggestion, StringComparer.Ordinal);
        Assert.Equal(("id", Certainty.Strong, "cn-resident-id", "id"), (person["sfzh"]!.Kind.Personal, person["sfzh"]!.Certainty, person["sfzh"]!.Format, person["sfzh"]!.Mask));
        Assert.Contains(person["sfzh"]!.Evidence, e => e.En == "200 of 200 sampled values (100%) pass cn-resident-id");
        Assert.Equal(("name", Certainty.Strong), (person["xm"]!.Kind.Personal, person["xm"]!.Certainty));
        Assert.Equal(("phone", Certainty.Strong), (person["sj"]!.Kind.Personal, person["sj"]!.Certainty));
        Assert.Contains(person["sj"]!.Evidence, e => e.Zh == "形状：9×11（200 个）");
        Assert.Equal(("address", Certainty.Likely), (person["lxdz"]!.Kind.Personal, person["lxdz"]!.Certainty));
        Assert.Equal(("birth", "year"), (person["csrq"]!.Kind.Personal, person["csrq"]!.Mask));
        Assert.Null(person["remark"]);
        Assert.Null(person["balance"]);

        var firm = drafts.Single(d => d.Table.Name == "企业 名录");
        Assert.Equal(["统一社会信用代码", "法定代表人", "区划代码"], firm.Fields.Where(f => f.Suggestion is not null).Select(f => f.Name));
        Assert.Equal("name", firm.Fields.Single(f => f.Name == "法定代表人").Suggestion!.Kind.Personal);
    }

    [Fact]
    public async Task Draft_EveryTableWithKey_IsAcceptedByCheck()
    {
        var inventory = await ReadAsync();
        var drafts = TableDraft.Of(inventory.Tables);
        var folder = Path.Combine(_folder.Path, "drafts");
        Assert.Null(await DraftFolder.WriteAsync(folder, InventoryFiles.Of(inventory, drafts, new DraftContext("bureau-a", "../register.connection", null)), false, CancellationToken.None));

        var complete = drafts.Where(d => d.IsComplete).ToList();
        Assert.Equal(10, complete.Count);
        foreach (var draft in complete)
        {
            var schema = ResourceSchema.Parse(await File.ReadAllTextAsync(Path.Combine(folder, draft.SchemaFile)));
            Assert.False(schema.IsError, $"{draft.Table.Name}: {(schema.IsError ? schema.Error : null)}");
            var loaded = await AdapterFile.LoadAsync(Path.Combine(folder, draft.AdapterFile), CancellationToken.None);
            Assert.False(loaded.IsError, $"{draft.Table.Name}: {(loaded.IsError ? loaded.Error : null)}");
            var obstacle = await Connectors.CheckAsync(loaded.Value, CancellationToken.None);
            Assert.True(obstacle is null, $"{draft.Table.Name}: {obstacle}");
            // Each field has the column that it was drafted from, and none was left out.
            var adapter = Assert.IsType<PublishingAdapter>(loaded.Value);
            var columns = ((PostgresSourceModel)adapter.Source).Columns;
            Assert.Equal(draft.Table.Columns.Where(c => c.IsUsable).Select(c => c.Name), schema.Value.Fields.Select(f => columns[f.Name]));
            Assert.Equal(draft.Table.Key.Order(StringComparer.Ordinal), schema.Value.Keys.Select(k => columns[k.Name]).Order(StringComparer.Ordinal));
            Assert.Equal((draft.Resource, "bureau-a"), (adapter.Resource.Name, adapter.Resource.Publisher));
        }
    }

    [Fact]
    public async Task Write_ReportsAndDrafts_HoldNoValueOfAPerson()
    {
        var inventory = await ReadAsync();
        var files = InventoryFiles.Of(inventory, TableDraft.Of(inventory.Tables), new DraftContext("bureau-a", "register.connection", null));
        var text = string.Concat(files.Select(f => f.Value));
        Assert.Contains("sfzh", text, StringComparison.Ordinal);
        foreach (var i in Enumerable.Range(0, RegisterDatabase.People))
        {
            string[] secrets = [RegisterDatabase.NameOf(i), RegisterDatabase.IdOf(i), RegisterDatabase.IdOf(i)[6..14], RegisterDatabase.MobileOf(i), RegisterDatabase.AddressOf(i), $"备注{i}"];
            Assert.DoesNotContain(secrets, s => text.Contains(s, StringComparison.Ordinal));
        }

        Assert.DoesNotContain("张三丰", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_RoleWithFewRights_SaysWhatItMayNotRead()
    {
        var role = $"{_department.Name}_clerk";
        var builder = new NpgsqlConnectionStringBuilder(_department.ConnectionString) { Username = role };
        await _department.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{builder.Password}'; GRANT SELECT (id, xm) ON person TO {role}; GRANT SELECT ON visit TO {role}; ALTER TABLE visit ENABLE ROW LEVEL SECURITY");
        try
        {
            _folder.Write("register.connection", builder.ConnectionString);
            var inventory = await ReadAsync(builder.ConnectionString);
            var tables = inventory.Tables.ToDictionary(t => t.Name, StringComparer.Ordinal);
            Assert.Contains(tables["codes"].Notes, n => n.En.Contains("GRANT SELECT ON \"public\".\"codes\"", StringComparison.Ordinal));
            Assert.Contains(tables["person"].Notes, n => n.En.Contains("may not read the column sfzh", StringComparison.Ordinal));
            Assert.Contains(tables["visit"].Notes, n => n.En.Contains("row security", StringComparison.Ordinal));
            var draft = TableDraft.Of(inventory.Tables).Single(d => d.Table.Name == "person");
            Assert.Equal(["id", "xm"], draft.Fields.Select(f => f.Name));
            foreach (var (name, text) in InventoryFiles.Of(inventory, [draft], new DraftContext("bureau-a", "register.connection", null))) _folder.Write(name, text);
            var loaded = await AdapterFile.LoadAsync(Path.Combine(_folder.Path, draft.AdapterFile), CancellationToken.None);
            Assert.Null(await Connectors.CheckAsync(loaded.Value, CancellationToken.None));
        }
        finally
        {
            await _department.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Read_TableLockedByAnother_IsNotedAndTheRestRead()
    {
        await using var other = new NpgsqlConnection(_department.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("LOCK TABLE codes IN ACCESS EXCLUSIVE MODE", other)) await command.ExecuteNonQueryAsync();
        var tables = (await ReadAsync()).Tables;
        Assert.Contains(tables.Single(t => t.Name == "codes").Notes, n => n.En.Contains("another session has it locked: no sample was taken", StringComparison.Ordinal));
        Assert.Equal(KeyOrigin.Guess, tables.Single(t => t.Name == "yearly").KeyOrigin);
    }

    private static (KeyOrigin Origin, string Columns) Key(InventoryTable table) => (table.KeyOrigin, string.Join('+', table.Key));

    private async Task<DatabaseInventory> ReadAsync(string? connection = null, bool exact = false)
    {
        var question = new InventoryQuestion(new PostgresConnection(connection ?? _department.ConnectionString), [], exact, 1000, TimeSpan.FromSeconds(30));
        var read = await ReadInventory.RunAsync(question, TimeProvider.System, CancellationToken.None);
        Assert.False(read.IsError, read.IsError ? read.Error.ToString() : "");
        return read.Value;
    }
}
