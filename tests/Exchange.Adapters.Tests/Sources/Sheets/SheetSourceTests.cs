using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Testing;
using Exchange.Testing.Files;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Sheets;

/// <summary>Workbooks through the whole publishing adapter.</summary>
public sealed class SheetSourceTests : SourceContract
{
    private readonly SheetFolder _folder = new();
    private readonly RecordingPlatform _platform = new();

    internal override ISourceModel Model => _folder.Model;

    public override ValueTask InitializeAsync() => default;

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _platform.DisposeAsync();
    }

    [Fact]
    public async Task Publish_SameContentTwice_IsPublishedOnce()
    {
        var book = Book(SheetFolder.Header, 20).Write();
        _folder.DropBytes("a.xlsx", book);
        await using (var adapter = RunningAdapter.Publish(_folder.Model, _platform)) await CaughtUpAsync(adapter, 1);
        _folder.DropBytes("again.xlsx", book);
        _folder.Drop("b.xlsx", Book(SheetFolder.Header, 21));
        await using var second = RunningAdapter.Publish(_folder.Model, _platform);
        await CaughtUpAsync(second, 1);
        Assert.Equal(2, _platform.Committed.Count(b => b.Header.Kind == BatchKind.SnapshotEnd));
        Assert.Equal(Rows(21), PeopleTable.After(_platform.Committed));
    }

    [Fact]
    public async Task Publish_CorruptFile_HoldsAndGoesOnWithTheMendedOne()
    {
        var whole = Book(SheetFolder.Header, 10).Write();
        _folder.DropBytes("a.xlsx", whole[..(whole.Length / 2)]);
        await using var adapter = RunningAdapter.Publish(_folder.Model, _platform);
        await Eventually.TrueAsync(() => _platform.State == "held");
        Assert.Equal("workbook_corrupt", _platform.HeldFor?.Code);
        Assert.Contains("a.xlsx", _platform.HeldFor?.Reason, StringComparison.Ordinal);
        Assert.Empty(_platform.Committed);

        _folder.DropBytes("a.xlsx", whole);
        _platform.Release();
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(Rows(10), PeopleTable.After(_platform.Committed));
    }

    [Fact]
    public async Task Publish_OwnersMarkOfAnOpenWorkbook_IsLeftAlone()
    {
        _folder.DropBytes("~$people.xlsx", new byte[165]);
        _folder.Drop("people.xlsx", Book(SheetFolder.Header, 3));
        var reading = await FolderReading.OfAsync(_folder.Model);
        Assert.Null(reading.Problem);
        Assert.Equal(3, reading.Rows.Count);
    }

    internal override Task FillAsync(int rows)
    {
        _folder.Drop("people.xlsx", Book(SheetFolder.Header, rows));
        return Task.CompletedTask;
    }

    internal override Task DriftAsync()
    {
        _folder.Drop("people.xlsx", Book([.. SheetFolder.Header.Select(h => h is "姓名" ? "名称" : h)], 10));
        return Task.CompletedTask;
    }

    internal override Task MendAsync(int rows) => FillAsync(rows);

    private static XlsxBook Book(object?[] header, int rows)
    {
        var book = new XlsxBook();
        var sheet = book.Add().Row(header);
        for (var i = 1; i <= rows; i++) sheet.Row(SheetFolder.Person($"P{i:0000000}", $"行政区划人员{i}", i % 90));
        return book;
    }

    private static Task CaughtUpAsync(RunningAdapter adapter, int snapshots) =>
        Eventually.TrueAsync(() => adapter.Progress.Last is { Phase: AdapterPhase.CaughtUp } last && last.Snapshots >= snapshots);
}
