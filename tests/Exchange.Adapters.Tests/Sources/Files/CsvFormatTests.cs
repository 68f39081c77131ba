using System.Globalization;
using System.Text;
using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Files;

/// <summary>The encodings and line ends that departments' files have.</summary>
public sealed class CsvFormatTests : IDisposable
{
    private static readonly string[] Names = ["张三", "欧阳震华", "李\"四\"", "王,五", "两\n行", "囍龘", "ABC"];
    private readonly CsvFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("gb18030", false)]
    [InlineData("utf-16le", true)]
    [InlineData("utf-16le", false)]
    [InlineData("utf-16be", true)]
    [InlineData("utf-16be", false)]
    [InlineData("big5", false)]
    public async Task Read_EncodingAndLineEndOfAnyKind_GivesTheSameRows(string encoding, bool marked)
    {
        var names = encoding == "big5" ? ["臺北市", "\"中正\"區", "兩\n行"] : Names;
        foreach (var end in new[] { "\r\n", "\n", "\r" })
        {
            var lines = new[] { "报表标题,未加引号的\"", "" }.Concat(new[] { CsvFolder.Header.TrimEnd() }).Concat(names.Select((n, i) => CsvFolder.Line($"P{i}", $"\"{n.Replace("\"", "\"\"", StringComparison.Ordinal)}\"").TrimEnd()));
            var text = string.Join(end, lines) + end + "注：脚注" + end;
            if (encoding == "big5") text = text.Replace("报表标题,未加引号的", "標題", StringComparison.Ordinal).Replace("注：脚注", "註：腳注", StringComparison.Ordinal).Replace(CsvFolder.Header.TrimEnd(), "id,name,age,pay,born,updated", StringComparison.Ordinal);
            var strict = TextEncodings.Find(encoding)!.Strict;
            _folder.DropBytes("a.csv", [.. marked ? strict.Preamble : [], .. strict.GetBytes(text)]);
            var model = _folder.Model with { HeaderLine = 3, Encoding = marked ? null : TextEncodings.Find(encoding) };
            model = model with { Columns = model.Columns with { FooterStarts = ["注：", "註："], Headers = encoding == "big5" ? Latin : model.Columns.Headers } };
            var reading = await FolderReading.OfAsync(model);
            Assert.Null(reading.Problem);
            Assert.Equal(names, reading.Rows.Select(r => r[1]));
        }
    }

    [Theory]
    [InlineData("utf-16le")]
    [InlineData("utf-16be")]
    [InlineData("big5")]
    public async Task Read_EncodingThatCannotBeProved_IsAskedFor(string encoding)
    {
        _folder.Drop("a.csv", "編號,姓名\n1,臺北\n", TextEncodings.Find(encoding)!.Strict);
        var problem = (await FolderReading.OfAsync(_folder.Model)).Problem;
        Assert.Equal(ErrorCodes.EncodingUnproven, problem?.Code);
        Assert.Contains(encoding + " “編號,姓名”", problem?.Data["candidates"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_RaggedRows_AreTheirLinesInTheFile()
    {
        _folder.Drop("a.csv", "标题\r" + CsvFolder.Header.TrimEnd() + "\rP1,张三\r" + CsvFolder.Line("P2", "\"两\r\n行\"").TrimEnd() + "\rP3,王五,1,2,3,4,5,6\r");
        var reading = await FolderReading.OfAsync(_folder.Model with { HeaderLine = 2, Encoding = TextEncodings.Utf8 });
        Assert.Equal(["!RowRagged:P1,张三@a.csv:3", "P2", "!RowRagged:P3,王五,1,2,3,4,5,6@a.csv:6"], reading.Rows.Select(r => r[0]));
        Assert.Equal("3, 6", Assert.Single(reading.Notices).Data["lines"]);
    }

    [Fact]
    public Task Read_RandomTables_RoundTrip() => Seeds.RunAsync(async (random, _) =>
    {
        const string Letters = "张三李四 ,\"\r\n\tabc1'“”囍\U00020000";
        var runes = Letters.EnumerateRunes().ToArray();
        string[] encodings = ["utf-8", "gb18030", "utf-16le", "utf-16be"];
        for (var round = 0; round < 60; round++)
        {
            var names = Enumerable.Range(0, random.Next(1, 40)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => runes[random.Next(runes.Length)].ToString()))).ToArray();
            var end = random.Next(3) switch { 0 => "\r\n", 1 => "\n", _ => "\r" };
            var text = CsvFolder.Header.TrimEnd() + end + string.Concat(names.Select((n, i) => $"P{i},\"{n.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{i},,,2026-01-02 03:04:05{end}"));
            var encoding = TextEncodings.Find(encodings[random.Next(encodings.Length)])!;
            _folder.Drop("a.csv", text, encoding.Strict);
            var reading = await FolderReading.OfAsync(_folder.Model with { Encoding = encoding });
            Assert.Null(reading.Problem);
            Assert.Equal(names, reading.Rows.Select(r => r[1]));
        }
    });

    [Fact]
    public Task Read_RandomBytes_GivesRowsOrAnErrorWithItsPlace() => Seeds.RunAsync(async (random, _) =>
    {
        var start = Encoding.UTF8.GetBytes(CsvFolder.Header + CsvFolder.Line("P1", "张三", "1"));
        for (var round = 0; round < 300; round++)
        {
            var noise = new byte[random.Next(1, 2000)];
            random.NextBytes(noise);
            if (random.Next(2) == 0)
                for (var i = 0; i < noise.Length; i++) noise[i] = (byte)",\"\r\nP1aé"[random.Next(8)];
            _folder.DropBytes("a.csv", [.. start, .. noise]);
            var declared = random.Next(3) switch { 0 => null, 1 => TextEncodings.Utf8, _ => TextEncodings.Gb18030 };
            var reading = await FolderReading.OfAsync(_folder.Model with { Encoding = declared }).WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(reading.Problem is not { } problem ? reading.IsComplete : problem.Code == ErrorCodes.EncodingUnproven || HasPlace(problem), reading.Problem?.ToString());
        }
    });

    private static bool HasPlace(Error problem) =>
        problem.Data.TryGetValue("line", out var line) ? long.Parse(line, CultureInfo.InvariantCulture) > 0 : problem.Details.Count > 0 && problem.Details.All(d => d.Pointer is "line 1");

    private static Dictionary<string, string> Latin => new(StringComparer.Ordinal)
    {
        ["code"] = "id", ["name"] = "name", ["age"] = "age", ["pay"] = "pay", ["born"] = "born", ["updated_at"] = "updated",
    };
}
