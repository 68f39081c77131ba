using System.Globalization;
using System.Text.Json.Nodes;

namespace Exchange.Benchmarks.Data;

/// <summary>The test table with more columns: texts, whole numbers, decimals and dates in turn, made of the twelve.</summary>
/// <param name="columns">Columns altogether, 12 or more.</param>
internal sealed class WideTable(int columns)
{
    private const int Narrow = 12;

    private static readonly (string Type, string Sql, string Json)[] Kinds =
    [
        ("text", "left(scope, 16)", """{"type":["string","null"],"maxLength":100}"""),
        ("bigint", "(reg_capital * 100)::bigint", """{"type":["integer","null"],"minimum":0}"""),
        ("numeric(18,2)", "reg_capital / 2", """{"type":["number","null"],"minimum":0,"multipleOf":0.01}"""),
        ("date", "established", """{"type":["string","null"],"format":"date"}"""),
    ];

    /// <summary>The columns in SQL.</summary>
    public string Definition => string.Join(", ", Extra.Select(c => $"{c.Name} {c.Kind.Type}").Prepend(EnterpriseTable.Definition));

    /// <summary>The JSON Schema of the resource.</summary>
    public string Schema
    {
        get
        {
            var schema = JsonNode.Parse(EnterpriseSchema.Json)!;
            foreach (var (name, kind) in Extra) schema["properties"]![name] = JsonNode.Parse(kind.Json);
            return schema.ToJsonString();
        }
    }

    /// <summary>Makes the table beside the test table, of its first rows.</summary>
    public string FillSql(string table, int rows) => $"""
        CREATE TABLE {table} ({Definition});
        INSERT INTO {table} SELECT {string.Join(", ", Extra.Select(c => c.Kind.Sql).Prepend("*"))} FROM {EnterpriseTable.Name} LIMIT {rows.ToString(CultureInfo.InvariantCulture)};
        ANALYZE {table};
        """;

    private IEnumerable<(string Name, (string Type, string Sql, string Json) Kind)> Extra =>
        Enumerable.Range(Narrow, columns - Narrow).Select(n => (string.Create(CultureInfo.InvariantCulture, $"extra_{n}"), Kinds[n % Kinds.Length]));
}
