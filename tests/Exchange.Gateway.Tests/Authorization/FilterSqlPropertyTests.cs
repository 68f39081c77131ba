using System.Buffers;
using System.Globalization;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Tests.Kit;
using Exchange.Records.Filters;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Testing;
using Npgsql;

namespace Exchange.Gateway.Tests.Authorization;

/// <summary>SQL made of a filter picks the rows that <see cref="Filter.Matches"/> picks, by parameters and by settings of the transaction.</summary>
[Trait("Cost", "Servers")]
public sealed class FilterSqlPropertyTests
{
    private const string SchemaJson = """
        {"type":"object","required":["id"],"properties":{"id":{"type":"string","x-exchange":{"key":true}},"text":{"type":["string","null"]},"integer":{"type":["integer","null"]},
         "number":{"type":["number","null"]},"double":{"type":["number","null"],"format":"double"},"boolean":{"type":["boolean","null"]},"date":{"type":["string","null"],"format":"date"},
         "timestamp":{"type":["string","null"],"format":"date-time"},"time":{"type":["string","null"],"format":"time"},"uuid":{"type":["string","null"],"format":"uuid"}}}
        """;

    private const int Rows = 300;
    private const int Filters = 400;
    private static readonly ResourceSchema Schema = ResourceSchema.Parse(SchemaJson).Value;
    private static readonly string[] Texts = ["", "a", "A", "ab", "aB", "b%", "_", "\\", "'", "\"; DROP TABLE x", "企业", "企", "😀", "é", "z"];

    [Fact]
    public async Task Compile_AnyFilter_PicksTheRowsThatMatchInMemory()
    {
        await using var node = await Node.StartAsync();
        var publisher = await node.Catalogue.ParticipantAsync("market");
        await node.Catalogue.ResourceAsync("oracle", SchemaJson, publisher);
        await using var source = NpgsqlDataSource.Create(node.Database.CatalogConnection);
        await using var connection = await source.OpenConnectionAsync();
        await Seeds.RunAsync(async (random, _) =>
        {
            var rows = Enumerable.Range(0, Rows).Select(i => Row(random, i)).ToArray();
            await using (var copy = await connection.BeginRawBinaryCopyAsync("COPY store.oracle FROM STDIN (FORMAT binary)"))
            {
                await copy.WriteAsync(CopyFrame.Header);
                foreach (var row in rows) await copy.WriteAsync(RowAppend(row));
                await copy.WriteAsync(CopyFrame.Trailer);
            }

            for (var i = 0; i < Filters; i++)
            {
                var text = Condition(random, 3, top: true);
                var parsed = FilterParser.ParseQuery(text, Schema);
                Assert.False(parsed.IsError, $"{text}: {parsed}");
                var expected = Expected(rows, parsed.Value);
                Assert.True(string.Join(",", expected) == string.Join(",", await ByParametersAsync(connection, parsed.Value)), text);
                Assert.True(string.Join(",", expected) == string.Join(",", await BySettingsAsync(connection, parsed.Value)), text);
            }

            await node.Catalogue.ExecuteAsync("TRUNCATE store.oracle");
        });
    }

    private static string[] Expected(byte[][] rows, Filter filter)
    {
        var ids = new List<string>();
        var fields = new FieldSlice[Schema.Fields.Count];
        foreach (var row in rows)
        {
            var reader = new RowReader(row);
            Assert.True(reader.ReadRow(fields));
            if (filter.Matches(row, fields)) ids.Add(RowValue.Text(reader.Bytes(fields[0])));
        }

        return [.. ids.Order(StringComparer.Ordinal)];
    }

    private static async Task<string[]> ByParametersAsync(NpgsqlConnection connection, Filter filter)
    {
        var values = SqlValues.Parameters();
        var sql = FilterSql.Compile(filter, values, PlanSql.Of("t"));
        await using var command = new NpgsqlCommand($"SELECT coalesce(array_agg(id ORDER BY id), '{{}}') FROM store.oracle t WHERE {sql}", connection);
        values.Bind(command.Parameters);
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    private static async Task<string[]> BySettingsAsync(NpgsqlConnection connection, Filter filter)
    {
        var values = SqlValues.Settings();
        var sql = FilterSql.Compile(filter, values, PlanSql.Of("t"));
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection);
        values.Set(batch);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand($"SELECT coalesce(array_agg(id ORDER BY id), '{{}}') FROM store.oracle t WHERE {sql}", connection);
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    // The store's table has the offset as last column.
    private static byte[] RowAppend(byte[] tuple)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(buffer);
        writer.StartRow(Schema.Fields.Count + 1);
        buffer.Write(tuple.AsSpan(2));
        writer.WriteInt64(0);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Row(Random random, int id)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(buffer);
        writer.StartRow(Schema.Fields.Count);
        writer.WriteText($"r{id:0000}");
        foreach (var field in Schema.Fields.Skip(1))
        {
            if (random.Next(5) == 0) writer.WriteNull();
            else WriteValue(writer, field.Type, random);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteValue(RowWriter writer, FieldType type, Random random)
    {
        switch (type)
        {
            case FieldType.Text: writer.WriteText(Texts[random.Next(Texts.Length)]); break;
            case FieldType.Integer: writer.WriteInt64(random.Next(-3, 4)); break;
            case FieldType.Number: writer.WriteNumber(random.Next(-300, 300) / 100m); break;
            case FieldType.Double: writer.WriteDouble(random.Next(-30, 30) / 10.0); break;
            case FieldType.Boolean: writer.WriteBoolean(random.Next(2) == 0); break;
            case FieldType.Date: writer.WriteDate(new DateOnly(2026, 1, 1).AddDays(random.Next(5))); break;
            case FieldType.Timestamp: writer.WriteTimestamp(new DateTimeOffset(2026, 1, 1, 0, 0, random.Next(5), TimeSpan.Zero)); break;
            case FieldType.Time: writer.WriteTime(new TimeOnly(8, random.Next(5))); break;
            default: writer.WriteUuid(new Guid(random.Next(4), 0, 0, new byte[8])); break;
        }
    }

    private static string Text(FieldType type, Random random) => type switch
    {
        FieldType.Text => Texts[random.Next(Texts.Length)],
        FieldType.Integer => random.Next(-3, 4).ToString(CultureInfo.InvariantCulture),
        FieldType.Number => (random.Next(-300, 300) / 100m).ToString(CultureInfo.InvariantCulture),
        FieldType.Double => (random.Next(-30, 30) / 10.0).ToString(CultureInfo.InvariantCulture),
        FieldType.Boolean => random.Next(2) == 0 ? "true" : "false",
        FieldType.Date => $"2026-01-0{random.Next(1, 6)}",
        FieldType.Timestamp => $"2026-01-01T00:00:0{random.Next(5)}Z",
        FieldType.Time => $"08:0{random.Next(5)}:00",
        _ => new Guid(random.Next(4), 0, 0, new byte[8]).ToString(),
    };

    private static string Condition(Random random, int depth, bool top)
    {
        if (depth > 0 && random.Next(3) == 0)
        {
            var items = string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Condition(random, depth - 1, top: false)));
            var group = $"{(random.Next(3) == 0 ? "not." : "")}{(random.Next(2) == 0 ? "and" : "or")}";
            return top ? $"{group}={Escaped($"({items})", top)}" : $"{group}({items})";
        }

        var field = Schema.Fields[random.Next(1, Schema.Fields.Count)];
        var not = random.Next(4) == 0 ? "not." : "";
        var value = Quoted(Text(field.Type, random), top);
        var condition = random.Next(10) switch
        {
            0 => "is.null",
            1 => $"in.({Quoted(Text(field.Type, random), false)},{Quoted(Text(field.Type, random), false)})",
            2 when field.Type == FieldType.Text => $"like.{Quoted(Pattern(random), top)}",
            3 when field.Type == FieldType.Text => $"ilike.{Quoted(Pattern(random), top)}",
            4 when field.Type == FieldType.Boolean => random.Next(2) == 0 ? "is.true" : "is.false",
            var n => $"{new[] { "eq", "neq", "gt", "gte", "lt", "lte" }[n % 6]}.{value}",
        };
        return top ? $"{field.Name}={Escaped(not + condition, top)}" : $"{field.Name}.{not}{condition}";
    }

    private static string Pattern(Random random) => random.Next(4) switch { 0 => "*", 1 => "a*", 2 => "*b*", _ => "_%" };

    private static string Quoted(string value, bool top) =>
        top ? value : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Escaped(string text, bool top) => top ? Uri.EscapeDataString(text) : text;
}
