using System.Text;
using Exchange.Catalog.Calendar;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Errors;
using Exchange.Testing;
using Xunit;

namespace Exchange.Catalog.Tests.Calendar;

[Trait("Cost", "Servers")]
public sealed class ImportCalendarTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    [Fact]
    public async Task Import_CorrectedNotice_ReplacesTheEarlier()
    {
        await ImportAsync("""{"year":2031,"papers":["国办发明电〔2030〕1号"],"days":[{"name":"元旦","date":"2031-01-01","isOffDay":true},{"name":"元旦","date":"2031-01-04","isOffDay":false}]}""");
        await ImportAsync("""{"year":2031,"papers":["国办发明电〔2030〕2号"],"days":[{"name":"元旦","date":"2031-01-01","isOffDay":true}]}""");
        var calendar = await LoadAsync();

        Assert.False(calendar.IsWorkingDay(new DateOnly(2031, 1, 1)).Value);
        Assert.False(calendar.IsWorkingDay(new DateOnly(2031, 1, 4)).Value);
        Assert.Equal("国办发明电〔2030〕2号", await fixture.ScalarAsync<string>("SELECT published_in FROM catalog.calendar_year WHERE year = 2031"));
    }

    [Fact]
    public async Task Import_NoticeOfTheNextYear_DoesNotOverwriteTheYearsOwnDays()
    {
        await ImportAsync("""{"year":2033,"papers":["甲"],"days":[{"name":"元旦","date":"2033-12-31","isOffDay":false}]}""");
        await ImportAsync("""{"year":2034,"papers":["乙"],"days":[{"name":"元旦","date":"2033-12-31","isOffDay":true},{"name":"元旦","date":"2034-01-02","isOffDay":true}]}""");

        Assert.True((await LoadAsync()).IsWorkingDay(new DateOnly(2033, 12, 31)).Value);
    }

    [Fact]
    public async Task Import_EmptyYear_IsRefusedAndNothingIsKnownOfIt()
    {
        var file = TestPaths.SharedDataOrSkip("holidays", "2027.json");
        var refused = await ImportCalendar.ExecuteAsync(await File.ReadAllBytesAsync(file), fixture.Database, fixture.Time, CancellationToken.None);

        Assert.Equal(ErrorCodes.CalendarInvalid, refused.Error!.Code);
        Assert.Equal(ErrorCodes.CalendarYearMissing, (await LoadAsync()).IsWorkingDay(new DateOnly(2027, 3, 1)).Error!.Code);
    }

    [Fact]
    public async Task Import_AllPublishedYears_AreRead()
    {
        var folder = TestPaths.SharedDataOrSkip("holidays");
        foreach (var file in Directory.GetFiles(folder, "20*.json").Where(f => !f.EndsWith("2027.json", StringComparison.Ordinal)))
            CatalogFixture.Ok(await ImportCalendar.ExecuteAsync(await File.ReadAllBytesAsync(file), fixture.Database, fixture.Time, CancellationToken.None));

        var limit = WorkingDays.Add(await LoadAsync(), new DateOnly(2025, 9, 26), 20);
        Assert.Equal(new DateOnly(2025, 10, 30), limit.Value);
    }

    private async Task ImportAsync(string json) =>
        CatalogFixture.Ok(await ImportCalendar.ExecuteAsync(Encoding.UTF8.GetBytes(json), fixture.Database, fixture.Time, CancellationToken.None));

    private async Task<WorkingDayCalendar> LoadAsync()
    {
        await using var connection = await fixture.Database.OpenAsync(CancellationToken.None);
        return await ImportCalendar.LoadAsync(connection, CancellationToken.None);
    }
}
