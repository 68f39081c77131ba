using System.Text;
using System.Text.Json;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Inventory;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Inventory;

public sealed class DraftTests : IDisposable
{
    private static readonly DraftContext s_context = new("bureau-a", "connection", null);
    private readonly AdapterFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Draft_RandomTables_CompileAndLoadWithTheirColumns() => Seeds.Run(random =>
    {
        FieldType?[] types = [FieldType.Text, FieldType.Integer, FieldType.Number, FieldType.Double, FieldType.Boolean, FieldType.Date, FieldType.Timestamp, FieldType.Time, FieldType.Uuid, null];
        for (var round = 0; round < 50; round++)
        {
            var columns = Enumerable.Range(0, random.Next(1, 20)).Select(_ => Name(random)).Distinct(StringComparer.Ordinal).Select(name =>
            {
                var type = types[random.Next(types.Length)];
                var labels = type == FieldType.Text && random.Next(4) == 0 ? (string[])["a", "", "\"b\n", Name(random) + "c"] : null;
                return new InventoryColumn(name, "any", type, random.Next(2) == 0, random.Next(2) == 0 ? Name(random) : null, random.Next(3) == 0 && type == FieldType.Text ? random.Next(1, 999) : null, random.Next(-3, 40), labels, false, true);
            }).Prepend(new InventoryColumn("key", "any", FieldType.Text, true, null, null, null, null, false, true)).ToList();
            var table = new InventoryTable(1, Name(random), Name(random), TableKind.Table, Name(random), random.NextInt64(1, 10_000_000), false, 1, true, false) { Columns = columns, Key = ["key"], KeyOrigin = KeyOrigin.Guess };
            var draft = TableDraft.Of([table]).Single();

            var schema = ResourceSchema.Parse(DraftSchema.Write(draft));
            Assert.False(schema.IsError, schema.IsError ? schema.Error.ToString() : "");
            _folder.Write(draft.SchemaFile, DraftSchema.Write(draft));
            var loaded = AdapterFile.Parse(DraftAdapter.Write(draft, s_context), _folder.Path);
            Assert.False(loaded.IsError, loaded.IsError ? loaded.Error.ToString() : "");
            var source = (PostgresSourceModel)((PublishingAdapter)loaded.Value).Source;
            Assert.Equal(new TableName(table.Schema, table.Name), source.Table);
            Assert.Equal(columns.Where(c => c.IsUsable).Select(c => c.Name), schema.Value.Fields.Select(f => source.Columns[f.Name]));
            using var entry = JsonDocument.Parse(DraftEntry.Write(draft, s_context));
            Assert.Equal(schema.Value.Fields.Select(f => f.Name), entry.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()!));
        }
    });

    [Fact]
    public void Entry_PersonalTable_TakesTheStrictestLevelAndLeavesDecisionsOpen()
    {
        var table = Table("people", Column("id", FieldType.Integer), Column("xm", FieldType.Text, "姓名"), Column("sfzh", FieldType.Text));
        using var entry = JsonDocument.Parse(DraftEntry.Write(TableDraft.Of([table]).Single(), s_context));
        var root = entry.RootElement;
        Assert.Equal((4, true), (root.GetProperty("level").GetInt32(), root.GetProperty("holdsPersonalData").GetBoolean()));
        Assert.All((string[])["updateFrequency", "sharing", "sharingMethods", "conditions"], open => Assert.Equal(JsonValueKind.Null, root.GetProperty(open).ValueKind));
        Assert.Equal(["I", "C", "C"], root.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("type").GetString()!));
    }

    [Fact]
    public void Schema_Columns_TakeTheirLimits()
    {
        var table = Table("t", Column("id", FieldType.Integer), Column("amount", FieldType.Number) with { Scale = 2 }, Column("kind", FieldType.Text) with { Labels = ["a", "b"] }, Column("name", FieldType.Text, "名称") with { MaxLength = 20 });
        var fields = ResourceSchema.Parse(DraftSchema.Write(TableDraft.Of([table]).Single())).Value.Fields;
        Assert.Equal((false, true), (fields[0].Nullable, fields[0].IsKey));
        Assert.Equal(0.01m, fields[1].Rules.MultipleOf);
        Assert.Equal(["a", "b"], fields[2].Rules.Enum!);
        Assert.Equal((true, 20, "名称"), (fields[3].Nullable, fields[3].Rules.MaxLength, fields[3].Title));
    }

    [Fact]
    public void Page_HostileNames_StayInTheirCells()
    {
        var table = Table("a|b<script>\n# c", Column("id", FieldType.Integer, "`x` | y\r\n[z](q)"));
        var inventory = new DatabaseInventory("d", "18", DateTimeOffset.UnixEpoch, [table]);
        foreach (var language in (Language[])[Language.Zh, Language.En])
        {
            var lines = InventoryPage.Write(inventory, TableDraft.Of([table]), language).Split('\n');
            Assert.DoesNotContain(lines, l => l.Contains("<script", StringComparison.Ordinal) && !l.Contains("\\<script", StringComparison.Ordinal));
            Assert.DoesNotContain(lines, l => l.StartsWith("# c", StringComparison.Ordinal) || l.StartsWith("[z]", StringComparison.Ordinal));
            Assert.Single(lines, l => l.StartsWith("# ", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("a.b", "a", "b")]
    [InlineData("b", null, "b")]
    [InlineData("\"a.b\".c", "a.b", "c")]
    [InlineData("a.\"b\"\".c\"", "a", "b\".c")]
    [InlineData("we\"ird", null, "we\"ird")]
    public void Parse_TableName_ReadsQuotedParts(string text, string? schema, string name) => Assert.Equal(new TableName(schema, name), TableName.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a.b.c")]
    [InlineData("\"a")]
    [InlineData("\"a\"b")]
    [InlineData("\"\".a")]
    public void Parse_NoTableName_IsNull(string text) => Assert.Null(TableName.Parse(text));

    private static InventoryTable Table(string name, params InventoryColumn[] columns) =>
        new(1, "public", name, TableKind.Table, null, 1, true, 1, true, false) { Columns = columns, Key = ["id"], KeyOrigin = KeyOrigin.Primary };

    private static InventoryColumn Column(string name, FieldType type, string? comment = null) => new(name, "any", type, false, comment, null, null, null, false, true);

    private static string Name(Random random)
    {
        string[] pieces = ["a", "B", ".", "\"", "'", "\\", " ", "\n", "\t", "#", ": ", "- ", "{", "号", "𠮷", "\u2028", "\u0085", "\uFEFF", "~", "null", "\u0001", "%", "\uE000", "\U0010FFFF"];
        string name;
        do name = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]));
        while (Encoding.UTF8.GetByteCount(name) > 63);
        return name;
    }
}
