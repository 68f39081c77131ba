using System.Globalization;
using Exchange.Adapters.Sources.Sheets;
using Exchange.Adapters.Tests.Support;
using Exchange.Testing;
using Exchange.Testing.Files;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Sheets;

/// <summary>Tables drawn at random, with what surrounds tables in sheets, come back as they were, from either format.</summary>
public sealed class SheetRoundTripTests
{
    [Fact]
    public Task Read_RandomTablesInBothFormats_RoundTrip() => Seeds.RunAsync(async (random, _) =>
    {
        for (var round = 0; round < 40; round++)
        {
            var is1904 = random.Next(2) == 0;
            Book[] books =
            [
                new XlsxBook { Is1904 = is1904 },
                new XlsBook { Is1904 = is1904, HasSharedStrings = random.Next(2) == 0, HasCharts = random.Next(2) == 0, IsPacked = random.Next(2) == 0 },
            ];
            var name = "名册" + round.ToString(CultureInfo.InvariantCulture);
            var wanted = Fill([.. books.Select(b => b.Add(name))], random, is1904);
            foreach (var book in books)
            {
                using var folder = new SheetFolder();
                folder.Drop("p" + book.Extension, book);
                var reading = await FolderReading.OfAsync(folder.Model with { HeaderRow = null, Subtitles = SubtitleRows.None });
                Assert.Null(reading.Problem);
                Assert.Equal(wanted, reading.Joined);
            }
        }
    });

    /// <summary>Writes the same into each sheet.</summary>
    /// <returns>The rows that are to be read from it.</returns>
    private static List<string> Fill(BookSheet[] sheets, Random random, bool is1904)
    {
        var wanted = new List<string>();
        var order = Enumerable.Range(0, 6).OrderBy(_ => random.Next()).ToArray();
        for (var i = random.Next(4); i > 0; i--) Row("标题" + Word(random));
        Row([.. order.Select(i => SheetFolder.Header[i])]);
        for (var row = random.Next(1, 40); row > 0; row--)
        {
            if (random.Next(8) == 0) Row();
            var (cells, text) = Person(random, is1904);
            Row([.. order.Select(i => cells[i])]);
            wanted.Add(text);
        }

        for (var i = random.Next(3); i > 0; i--) Row(null, " ");
        return wanted;

        void Row(params object?[] cells)
        {
            foreach (var sheet in sheets) sheet.Row(cells);
        }
    }

    private static (object?[] Cells, string Text) Person(Random random, bool is1904)
    {
        // A number keeps 15 digits; an id of 18 is text.
        var isNumber = random.Next(2) == 0;
        var code = isNumber ? random.NextInt64(1, 1_000_000_000_000_000) : random.NextInt64(100_000_000_000_000_000, 1_000_000_000_000_000_000);
        var name = Word(random);
        var age = random.Next(3) == 0 ? (int?)null : random.Next(120);
        var pay = random.Next(3) == 0 ? (decimal?)null : random.Next(1, 1_000_000) / 100m;
        var born = new DateOnly(1950, 1, 1).AddDays(random.Next(20_000));
        var serial = born.DayNumber - new DateOnly(1899, 12, 30).DayNumber - (is1904 ? 1462 : 0);
        object codeCell = isNumber ? (double)code : code.ToString(CultureInfo.InvariantCulture);
        object bornCell = random.Next(2) == 0 ? BookCell.Styled(serial, random.Next(2) == 0 ? BookStyle.Date : BookStyle.LocalDate) : born.ToString("yyyy/M/d", CultureInfo.InvariantCulture);
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
