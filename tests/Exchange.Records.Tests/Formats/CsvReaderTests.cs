using System.Globalization;
using System.Text;
using System.Text.Json;
using Exchange.Records.Formats;
using FsCheck;
using FsCheck.Fluent;

namespace Exchange.Records.Tests.Formats;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\n1,2", "a|b;1|2")]
    [InlineData("a,b\r\n1,2\r\n", "a|b;1|2")]
    [InlineData("a\r1\r", "a;1")]
    [InlineData("a,\n,\n", "a|;|")]
    [InlineData("\"a\"\"b\",\"c,d\",\"e\nf\"\n", "a\"b|c,d|e\nf")]
    [InlineData("5\" pipe,x\"y\"\n", "5\" pipe|x\"y\"")]
    [InlineData(" a , b \n", " a | b ")]
    [InlineData("a\n\nb\n", "a;;b")]
    [InlineData("", "")]
    public void ReadRecord_Text_SplitsAsRfc4180Says(string text, string expected)
    {
        Assert.Equal(expected, string.Join(';', Records(text).Select(r => string.Join('|', r))));
    }

    [Theory]
    [InlineData("a,b\nc,\"d\ne", 2, 6)]
    [InlineData("a\n\"x\" y\n", 2, 5)]
    [InlineData("\"", 1, 0)]
    public void ReadRecord_BrokenQuotes_TellsLineAndCharacter(string text, long line, long character)
    {
        using var reader = new StringReader(text);
        var csv = new CsvReader(reader);
        while (csv.ReadRecord())
        {
        }

        Assert.Equal((line, character), (csv.Fault!.Value.Line, csv.Fault.Value.Character));
        Assert.False(csv.ReadRecord());
    }

    [Fact]
    public void Line_AfterCellsWithLineEnds_CountsLinesOfTheFile()
    {
        using var reader = new StringReader("h\n\"a\r\nb\rc\nd\"\nx\r\ny\n");
        var csv = new CsvReader(reader);
        var lines = new List<long>();
        while (csv.ReadRecord()) lines.Add(csv.Line);
        Assert.Equal([1, 2, 6, 7], lines);
    }

    [Fact]
    public void ReadRecord_CellsLargerThanTheBuffer_AreReadWhole()
    {
        var large = string.Concat(Enumerable.Range(0, 30_000).Select(i => i % 7 == 0 ? "\r\n" : i % 5 == 0 ? "\"" : "企业"));
        var text = string.Concat(Enumerable.Repeat($"x,\"{large.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{new string('y', 70_000)}\r\n", 3));
        var records = Records(text);
        Assert.Equal(3, records.Count);
        Assert.All(records, r => Assert.Equal(["x", large, new string('y', 70_000)], r));
    }

    [Fact]
    public void ReadRecord_AnyCellsWritten_ReadBackWhateverTheReaderHandsOver() =>
        Prop.ForAll(RowGen.Text.NonEmptyListOf().NonEmptyListOf().ToArbitrary(), Gen.Choose(1, 5).ToArbitrary(), (records, step) =>
        {
            var text = new StringBuilder();
            foreach (var record in records) text.AppendJoin(',', record.Select(c => "\"" + c.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"")).Append("\r\n");
            using var reader = new Dribble(text.ToString(), step);
            return Records(reader).Select(r => string.Join('\u0001', r)).SequenceEqual(records.Select(r => string.Join('\u0001', r)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ReadRecord_AnyText_EndsWithRecordsOrAFaultInside() =>
        Prop.ForAll(Gen.Elements(",", "\"", "\r", "\n", "a", "企", " ").ListOf().Select(string.Concat).ToArbitrary(), Gen.Choose(1, 3).ToArbitrary(), (text, step) =>
        {
            using var whole = new StringReader(text);
            using var dribble = new Dribble(text, step);
            var (a, b) = (new CsvReader(whole), new CsvReader(dribble));
            var same = true;
            while (a.ReadRecord() & b.ReadRecord()) same &= a.Line == b.Line && a.Count == b.Count && Cells(a).SequenceEqual(Cells(b));
            return same && a.Fault == b.Fault && (a.Fault is null || (a.Fault.Value.Character <= text.Length && a.Fault.Value.Line >= 1));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void ReadRecord_CellsWithoutStrayQuotes_ReadAsAnotherReaderReadsThem() =>
        Prop.ForAll(Gen.Elements("a", "", "x y", "\"q\"", "\"a,b\"", "\"a\"\"b\"", "\"l\nm\"", "企业").NonEmptyListOf().NonEmptyListOf().ToArbitrary(), records =>
        {
            var text = string.Concat(records.Where(r => r.Count > 1 || r[0].Length > 0).Select(r => string.Join(',', r) + "\n"));
            using var reader = new StringReader(text);
            using var reference = new CsvHelper.CsvParser(reader, CultureInfo.InvariantCulture);
            var expected = new List<string>();
            while (reference.Read()) expected.Add(string.Join('\u0001', reference.Record!));
            return Records(text).Select(r => string.Join('\u0001', r)).SequenceEqual(expected);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ReadRecord_CsvSpectrum_MeansWhatItsJsonSays()
    {
        var folder = SharedData.Folder("csv-spectrum");
        Assert.SkipWhen(folder is null, "../shared/data/csv-spectrum is not there");
        var checkedFiles = 0;
        foreach (var file in Directory.GetFiles(Path.Combine(folder!, "csvs")))
        {
            var records = Records(File.ReadAllText(file).Replace("\r\n", "\n", StringComparison.Ordinal));
            // The copy of the corpus has another telephone number in the JSON of one file than in its CSV, and its CSV files have LF where the JSON has CRLF.
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder!, "json", Path.GetFileNameWithoutExtension(file) + ".json")).Replace("1234567890", "2095257564", StringComparison.Ordinal).Replace("\\r\\n", "\\n", StringComparison.Ordinal));
            var expected = Objects(json.RootElement).Select(o => string.Join('\u0001', o.EnumerateObject().Select(p => p.Name + "=" + p.Value.GetString())));
            var actual = records.Skip(1).Select(r => string.Join('\u0001', records[0].Zip(r, (name, value) => name + "=" + value)));
            Assert.Equal(expected, actual);
            checkedFiles++;
        }

        Assert.Equal(12, checkedFiles);
    }

    [Fact]
    public void ReadRecord_LegacyStatisticsFile_GivesPreambleHeaderAndRows()
    {
        var folder = SharedData.Folder("legacy-csv");
        Assert.SkipWhen(folder is null, "../shared/data/legacy-csv is not there");
        foreach (var file in Directory.GetFiles(Path.Combine(folder!, "expected_utf8")))
        {
            var text = File.ReadAllText(file);
            var records = Records(text);
            using var reader = new StringReader(text);
            using var reference = new CsvHelper.CsvParser(reader, CultureInfo.InvariantCulture);
            var expected = new List<string>();
            while (reference.Read()) expected.Add(string.Join('\u0001', reference.Record!));
            Assert.Equal(expected, records.Select(r => string.Join('\u0001', r)));
            Assert.DoesNotContain(records, r => r.Any(c => c.Contains('\uFFFD', StringComparison.Ordinal)));
        }
    }

    // Where there is one record, the collection has its object without an array around it.
    private static JsonElement[] Objects(JsonElement root) => root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];

    private static List<string[]> Records(string text)
    {
        using var reader = new StringReader(text);
        return Records(reader);
    }

    private static List<string[]> Records(TextReader reader)
    {
        var csv = new CsvReader(reader);
        var records = new List<string[]>();
        while (csv.ReadRecord()) records.Add([.. Cells(csv)]);
        Assert.Null(csv.Fault);
        return records;
    }

    private static IEnumerable<string> Cells(CsvReader csv) => Enumerable.Range(0, csv.Count).Select(i => csv[i].ToString());

    // Hands over few characters at a time, so that every border falls everywhere.
    private sealed class Dribble(string text, int step) : TextReader
    {
        private int _at;

        public override int Read(char[] buffer, int index, int count)
        {
            var length = Math.Min(Math.Min(step, count), text.Length - _at);
            text.CopyTo(_at, buffer, index, length);
            _at += length;
            return length;
        }
    }
}
