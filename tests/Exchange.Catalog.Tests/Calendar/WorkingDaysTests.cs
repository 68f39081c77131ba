using System.Globalization;
using System.Text;
using Exchange.Catalog.Calendar;
using Exchange.Contracts.Errors;
using Exchange.Testing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Exchange.Catalog.Tests.Calendar;

public sealed class WorkingDaysTests
{
    [Theory]
    [InlineData("2025-08-01", 10, "2025-08-15")]
    [InlineData("2025-09-26", 1, "2025-09-28")]
    [InlineData("2025-09-26", 10, "2025-10-16")]
    [InlineData("2025-09-26", 20, "2025-10-30")]
    [InlineData("2025-12-31", 1, "2026-01-04")]
    [InlineData("2025-12-31", 10, "2026-01-15")]
    [InlineData("2026-02-13", 2, "2026-02-24")]
    [InlineData("2026-02-13", 10, "2026-03-05")]
    public void Add_PublishedYears_EndsOnTheKnownDay(string from, int count, string expected)
    {
        var calendar = Published(2025, 2026);
        var end = WorkingDays.Add(calendar, Day(from), count);
        Assert.Equal(Day(expected), end.Value);
    }

    [Fact]
    public void Add_IntoAYearThatIsNotPublished_IsAnError()
    {
        var calendar = WorkingDayCalendar.From([2026], []);
        Assert.Equal(new DateOnly(2026, 12, 31), WorkingDays.Add(calendar, new DateOnly(2026, 12, 30), 1).Value);
        var error = WorkingDays.Add(calendar, new DateOnly(2026, 12, 30), 2).Error!;
        Assert.Equal((ErrorCodes.CalendarYearMissing, "2027"), (error.Code, error.Data["year"]));
    }

    [Fact]
    public void Add_InSteps_IsTheSameAsAtOnce()
    {
        var days = Enumerable.Range(0, 365).Where(i => i % 9 == 0).ToDictionary(i => new DateOnly(2026, 1, 1).AddDays(i), i => i % 2 == 0);
        var calendar = WorkingDayCalendar.From([2026, 2027], days);
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte>(), ArbMap.Default.ArbFor<byte>(), ArbMap.Default.ArbFor<byte>(), (start, a, b) =>
        {
            var from = new DateOnly(2026, 1, 1).AddDays(start);
            var (first, second) = (a % 100, b % 100);
            var between = WorkingDays.Add(calendar, from, first).Value;
            var end = WorkingDays.Add(calendar, between, second).Value;
            return end == WorkingDays.Add(calendar, from, first + second).Value && (first + second == 0 || calendar.IsWorkingDay(end).Value);
        }));
    }

    [Fact]
    public void Read_YearWithoutDays_IsAnError()
    {
        var error = HolidayFile.Read("""{"year":2027,"papers":[],"days":[]}"""u8).Error!;
        Assert.Equal((ErrorCodes.CalendarInvalid, "2027"), (error.Code, error.Data["year"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"year":2026,"days":[{"name":"元旦","date":"2026-02-30","isOffDay":true}],"papers":["x"]}""")]
    [InlineData("""{"year":2026,"days":[{"name":"元旦","date":"2029-01-01","isOffDay":true}],"papers":["x"]}""")]
    [InlineData("""{"year":2026,"days":[{"name":"元旦","date":"2026-01-01","isOffDay":true},{"name":"元旦","date":"2026-01-01","isOffDay":false}],"papers":["x"]}""")]
    [InlineData("""{"year":2026,"days":[{"name":"元旦","date":"2026-01-01","isOffDay":true}],"papers":[]}""")]
    [InlineData("""{"year":20260,"days":[{"name":"元旦","date":"2026-01-01","isOffDay":true}],"papers":["x"]}""")]
    public void Read_BrokenFile_IsAnError(string json) => Assert.Equal(ErrorCodes.CalendarInvalid, HolidayFile.Read(Encoding.UTF8.GetBytes(json)).Error!.Code);

    internal static WorkingDayCalendar Published(params int[] years)
    {
        var files = years.Select(y => HolidayFile.Read(File.ReadAllBytes(TestPaths.SharedDataOrSkip("holidays", $"{y}.json"))).Value).ToArray();
        return WorkingDayCalendar.From(years, files.SelectMany(f => f.Days).DistinctBy(d => d.Date).Select(d => KeyValuePair.Create(d.Date, d.IsOffDay)));
    }

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
