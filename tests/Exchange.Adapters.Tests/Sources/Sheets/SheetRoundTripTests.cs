using System.Globalization;
using Exchange.Adapters.Sources.Sheets;
using Exchange.Adapters.Tests.Support;
using Exchange.Testing;
using Exchange.Testing.Files;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Sheets;

/// <summary>Tables drawn at random, with what surrounds tables in sheets, come back as they were.</summary>
public sealed class SheetRoundTripTests : IDisposable
{
    private readonly SheetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Read_RandomTables_RoundTrip() => Seeds.RunAsync(async (random, _) =>
    {
        for (var round = 0; round < 40; round++)
        {
            var wanted = new List<string>();
            var book = new XlsxBook { Is1904 = random.Next(2) == 0 };
            var sheet = book.Add("名册" + round.ToString(CultureInfo.InvariantCulture));
            var order = Enumerable.Range(0, 6).OrderBy(_ => random.Next()).ToArray();
            for (var i = random.Next(4); i > 0; i--) sheet.Row("标题" + Word(random));
            sheet.Row([.. order.Select(i => SheetFolder.Header[i])]);
            for (var row = random.Next(1, 40); row > 0; row--)
            {
                if (random.Next(8) == 0) sheet.Row();
                var (cells, text) = Person(random, book.Is1904);
                sheet.Row([.. order.Select(i => cells[i])]);
                wanted.Add(text);
            }

            for (var i = random.Next(3); i > 0; i--) sheet.Row(null, " ");
            _folder.Drop("p.xlsx", book);
            var reading = await FolderReading.OfAsync(_folder.Model with { HeaderRow = null, Subtitles = SubtitleRows.None });
            Assert.Null(reading.Problem);
            Assert.Equal(wanted, reading.Joined);
        }
    });

    private static (object?[] Cells, string Text) Person(Random random, bool is1904)
    {
        var code = random.NextInt64(1, 1_000_000_000_000_000);
        var name = Word(random);
        var age = random.Next(3) == 0 ? (int?)null : random.Next(120);
        var pay = random.Next(3) == 0 ? (decimal?)null : random.Next(1, 1_000_000) / 100m;
        var born = new DateOnly(1950, 1, 1).AddDays(random.Next(20_000));
        var serial = born.DayNumber - new DateOnly(1899, 12, 30).DayNumber - (is1904 ? 1462 : 0);
        object codeCell = random.Next(2) == 0 ? (double)code : code.ToString(CultureInfo.InvariantCulture);
        object bornCell = random.Next(2) == 0 ? XlsxSheet.Styled(serial, XlsxStyle.Date) : born.ToString("yyyy/M/d", CultureInfo.InvariantCulture);
        object?[] cells = [codeCell, name, age, pay is { } p ? (double)p : null, bornCell, "2026-01-02 03:04:05"];
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{code}|{name}|{(age is { } a ? a : "∅")}|{(pay is { } q ? q.ToString("0.##", CultureInfo.InvariantCulture) : "∅")}|{born:yyyy-MM-dd}|2026-01-01T19:04:05Z");
        return (cells, text);
    }

    private static string Word(Random random)
    {
        var runes = "张三李四 <>&\"'囍\U00020000\nabc9".EnumerateRunes().ToArray();
        return "某" + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => runes[random.Next(runes.Length)].ToString()));
    }
}
