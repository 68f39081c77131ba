using System.Text.Json;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Files;

/// <summary>Real files of statistics offices and of csv-spectrum, read through the whole source.</summary>
public sealed class SharedCsvTests
{
    [Theory]
    [InlineData("nbs_fensheng_niandu_0")]
    [InlineData("nbs_fensheng_niandu_1")]
    public async Task Read_StatisticsOfficeFile_GivesTheExpectedText(string name)
    {
        var file = TestPaths.SharedDataOrSkip("legacy-csv", "raw", name + ".csv");
        var expected = await File.ReadAllLinesAsync(TestPaths.SharedDataOrSkip("legacy-csv", "expected_utf8", name + ".utf8.csv"));
        var header = expected[3].Split(',');
        var records = expected.Skip(4).TakeWhile(l => !l.StartsWith('注') && !l.StartsWith("数据来源", StringComparison.Ordinal)).Where(l => l.Length > 0).ToList();
        var (model, schema) = Source(file, header, headerLine: 4);
        var rows = await ReadAsync(model with { Columns = model.Columns with { FooterStarts = ["注", "数据来源"] } }, schema);
        Assert.Equal(records, rows.Select(r => string.Join(',', r)));
    }

    [Theory]
    [InlineData("csvw_utf8_bom")]
    [InlineData("easyexcel_office_bom_zh")]
    public async Task Read_FileWithByteOrderMark_GivesTheExpectedText(string name)
    {
        var file = TestPaths.SharedDataOrSkip("legacy-csv", "raw", name + ".csv");
        var expected = (await File.ReadAllTextAsync(TestPaths.SharedDataOrSkip("legacy-csv", "expected_utf8", name + ".utf8.csv"))).TrimStart('\uFEFF');
        var csv = new CsvReader(new StringReader(expected));
        var wanted = new List<string[]>();
        while (csv.ReadRecord())
            if (!csv.IsBlank) wanted.Add([.. Enumerable.Range(0, csv.Count).Select(i => csv[i].ToString())]);
        var (model, schema) = Source(file, wanted[0], headerLine: 1);
        Assert.Equal(wanted.Skip(1).Select(r => string.Join('|', r)), (await ReadAsync(model, schema)).Select(r => string.Join('|', r)));
    }

    [Theory]
    [InlineData("comma_in_quotes")]
    [InlineData("empty")]
    [InlineData("empty_crlf")]
    [InlineData("escaped_quotes")]
    [InlineData("json")]
    [InlineData("newlines")]
    [InlineData("newlines_crlf")]
    [InlineData("quotes_and_newlines")]
    [InlineData("simple")]
    [InlineData("simple_crlf")]
    [InlineData("utf8")]
    public async Task Read_SpectrumFile_GivesTheRecordsOfItsJson(string name)
    {
        var file = TestPaths.SharedDataOrSkip("csv-spectrum", "csvs", name + ".csv");
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(TestPaths.SharedDataOrSkip("csv-spectrum", "json", name + ".json")));
        JsonElement[] objects = json.RootElement.ValueKind == JsonValueKind.Array ? [.. json.RootElement.EnumerateArray()] : [json.RootElement];
        var expected = objects.Select(o => o.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString())).ToList();
        var header = expected[0].Keys.ToArray();
        var (model, schema) = Source(file, header, headerLine: 1);
        var rows = await ReadAsync(model with { Encoding = TextEncodings.Utf8 }, schema);
        Assert.Equal(expected.Select(o => string.Join('|', header.Select(h => Normal(o[h])))), rows.Select(r => string.Join('|', r.Select(Normal))));

        // The JSON of the files with CRLF was made with LF. (location_coordinates is left out: its JSON holds other values than its CSV.)
        static string Normal(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>A schema with one text field per column; every cell is text, empty ones too.</summary>
    private static (CsvSourceModel Model, ResourceSchema Schema) Source(string file, string[] header, int headerLine)
    {
        var fields = header.Select((_, i) => $"\"f{i}\":{{\"type\":\"string\"{(i == 0 ? ",\"x-exchange\":{\"key\":true}" : "")}}}");
        var names = string.Join(',', header.Select((_, i) => $"\"f{i}\""));
        var schema = ResourceSchema.Parse($$"""{"type":"object","required":[{{names}}],"properties":{ {{string.Join(',', fields)}} } }""").Value;
        var columns = header.Select((h, i) => (Field: $"f{i}", Header: h.Trim())).ToDictionary(p => p.Field, p => p.Header);
        var model = new CsvSourceModel(
            new FolderModel(Path.GetDirectoryName(file)!, Path.GetFileName(file), FileReadiness.Settled, TimeSpan.Zero, TimeSpan.FromSeconds(1)), null, ',', headerLine, 0,
            new ColumnModel(columns, false, [], CellOptions.Default with { EmptyIsNull = false }));
        return (model, schema);
    }

    private static async Task<List<string[]>> ReadAsync(CsvSourceModel model, ResourceSchema schema)
    {
        await using var source = Connectors.Open(model, new SourceContext("csv", schema, BatchLimits.Default, TimeProvider.System, new TestLog()));
        var rows = new List<string[]>();
        await foreach (var item in source.ReadAsync(default, CancellationToken.None))
        {
            Assert.IsNotType<SourceProblem>(item);
            if (item is SourceIdle or SourceBatch { Kind: BatchKind.SnapshotEnd }) break;
            if (item is SourceBatch batch) Read(batch, schema.Fields.Count, rows);
        }

        return rows;
    }

    private static void Read(SourceBatch batch, int fields, List<string[]> rows)
    {
        var slices = new FieldSlice[fields];
        var reader = new RowReader(batch.Body.Span);
        while (reader.ReadRow(slices))
        {
            var row = new string[fields];
            for (var i = 0; i < fields; i++) row[i] = RowValue.Text(reader.Bytes(slices[i]));
            rows.Add(row);
        }
    }
}
