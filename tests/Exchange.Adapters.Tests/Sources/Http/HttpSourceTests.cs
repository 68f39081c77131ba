using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Proof;
using Exchange.Adapters.Sources.Http;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Records;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Http;

public sealed class HttpSourceTests : SourceContract
{
    private readonly RecordingPlatform _platform = new();
    private ScriptedApi _api = null!;

    internal override ISourceModel Model => ApiModels.People(_api);

    public override async ValueTask InitializeAsync() => _api = await ScriptedApi.StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await _platform.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Theory]
    [InlineData("Page")]
    [InlineData("Offset")]
    [InlineData("Next")]
    [InlineData("Link")]
    [InlineData("Cursor")]
    public async Task Publish_EachStyleOfPages_ReadsAllRowsOnce(string style)
    {
        _api.Fill(130);
        await using var adapter = RunningAdapter.Publish(ApiModels.Of(_api, Enum.Parse<PagingStyle>(style)), _platform);
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(Rows(130), PeopleTable.After(_platform.Committed));
        Assert.Equal(130, PeopleTable.RowCount(_platform.Committed));
    }

    [Fact]
    public async Task Publish_OnePage_IsTheWholeAnswer()
    {
        _api.PageRows = 1000;
        _api.Fill(130);
        await using var adapter = RunningAdapter.Publish(ApiModels.Of(_api, PagingStyle.Link) with { Paging = HttpPaging.None }, _platform);
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(Rows(130), PeopleTable.After(_platform.Committed));
        Assert.Single(_api.Requests);
    }

    [Fact]
    public async Task Publish_ServerGivesShorterPagesThanAsked_ReadsThemAll()
    {
        _api.PageRows = 7;
        _api.Fill(50);
        var model = ApiModels.Of(_api, PagingStyle.Offset);
        await using var adapter = RunningAdapter.Publish(model with { Paging = model.Paging with { SizeParameter = "limit", Size = 1000, Total = null } }, _platform);
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(50, PeopleTable.After(_platform.Committed).Count);
        Assert.All(_api.Requests, r => Assert.Contains("limit=1000", r, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publish_Unchanged_IsNotPublishedAgain()
    {
        _api.Fill(50);
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api) with { Interval = TimeSpan.FromMilliseconds(100) }, _platform);
        await CaughtUpAsync(adapter, 1);
        var batches = _platform.Committed.Count;
        var asked = _api.Requests.Count;
        await Eventually.TrueAsync(() => _api.Requests.Count >= asked + 6);
        Assert.Equal(batches, _platform.Committed.Count);

        _api.Put(new ApiPerson("P0000003", "改名", 77, ScriptedApi.Moment(900)));
        await CaughtUpAsync(adapter, 2);
        Assert.Equal("P0000003|改名|77", PeopleTable.After(_platform.Committed)[2]);
    }

    [Fact]
    public async Task Publish_MistypedAndMissingValues_ReachThePlatformMarked()
    {
        _api.Fill(20);
        _api.Put(new ApiPerson("P0000001", "张三", "三十", ScriptedApi.Moment(1)));
        _api.Put(new ApiPerson("P0000002", "李四", new[] { 1 }, ScriptedApi.Moment(1)));
        _api.Put(new ApiPerson("P0000003", "王五", "31", ScriptedApi.Moment(1)));
        _api.Put(new ApiPerson("P0000004", "赵六", 3.0, "2026-13-45 00:00:00"));
        await using var adapter = RunningAdapter.Publish(Model, _platform);
        await CaughtUpAsync(adapter, 1);
        var cells = Cells();
        Assert.Equal("三十", BadCell.Text(cells[0][2]));
        Assert.Equal("[1]", BadCell.Text(cells[1][2]));
        Assert.Equal(31, RowValue.Int64(cells[2][2]));
        Assert.Equal(3, RowValue.Int64(cells[3][2]));
        Assert.Equal("2026-13-45 00:00:00", BadCell.Text(cells[3][5]));
    }

    [Fact]
    public async Task Publish_RowThatIsNoObject_IsSetAsideWhole()
    {
        _api.Misbehave = async (http, _) =>
        {
            await ScriptedApi.SendAsync(http, """{"code":0,"data":{"total":2,"items":["P1",{"code":"P2","detail":{"fullName":"a"},"age":1,"pay":1.50,"born":"2000-01-02","updatedAt":"2026-01-01T00:00:00Z"}]}}""");
            return true;
        };
        await using var adapter = RunningAdapter.Publish(Model, _platform);
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(BadCellReason.RowRagged, BadCell.Reason(Cells()[0][0]));
        Assert.Equal("1.50", RowValue.NumberText(Cells()[1][3]));
    }

    [Fact]
    public async Task Publish_TotalDiffers_IsReadAgainBeforeItIsPublished()
    {
        _api.Fill(100);
        _api.Misbehave = async (http, number) =>
        {
            if (number > 1) return false;
            await ScriptedApi.SendAsync(http, """{"code":0,"data":{"total":100,"items":[]}}""");
            return true;
        };
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api) with { AcceptsEmpty = true, Interval = TimeSpan.FromMilliseconds(100) }, _platform);
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(Rows(100), PeopleTable.After(_platform.Committed));
        Assert.Single(_platform.Committed, b => b.Header.Kind == BatchKind.SnapshotStart);
    }

    [Fact]
    public async Task Publish_NullableMembersGoneWhereOptional_AreNull()
    {
        _api.Hidden.Add("pay");
        _api.Fill(10);
        await using var adapter = RunningAdapter.Publish(ApiModels.People(_api) with { Optional = new HashSet<string>(StringComparer.Ordinal) { "pay" } }, _platform);
        await CaughtUpAsync(adapter, 1);
        Assert.Equal(Rows(10), PeopleTable.After(_platform.Committed));
    }

    [Fact]
    public async Task OpenWhole_Api_IsReadForComparisonWithItsBadRowsApart()
    {
        _api.Fill(100);
        _api.Put(new ApiPerson("P0000001", "张三", "三十", ScriptedApi.Moment(1)));
        await using var source = Connectors.OpenWhole(Model, new SourceContext("people-api", TestSchemas.PeopleSchema, BatchLimits.Default, TimeProvider.System, new TestLog()));
        using var ledger = (await new SourceReading(TestSchemas.PeopleSchema).ReadAsync(source, KeyRanges.Usual, TestContext.Current.CancellationToken)).Value;
        Assert.Equal(99, ledger.Total.Rows);
    }

    internal override Task FillAsync(int rows)
    {
        _api.Fill(rows);
        return Task.CompletedTask;
    }

    internal override Task DriftAsync()
    {
        _api.Hidden.Add("detail");
        return Task.CompletedTask;
    }

    internal override Task MendAsync(int rows)
    {
        _api.Hidden.Clear();
        return Task.CompletedTask;
    }

    private List<List<byte[]>> Cells()
    {
        var cells = new List<List<byte[]>>();
        Span<FieldSlice> slices = stackalloc FieldSlice[TestSchemas.PeopleSchema.Fields.Count];
        foreach (var batch in _platform.Committed)
        {
            var reader = new RowReader(batch.Body.Span);
            while (reader.ReadRow(slices))
            {
                var row = new List<byte[]>();
                foreach (var slice in slices) row.Add(reader.Bytes(slice).ToArray());
                cells.Add(row);
            }
        }

        return cells;
    }

    private static Task CaughtUpAsync(RunningAdapter adapter, int snapshots) =>
        Eventually.TrueAsync(() => adapter.Progress.Last is { Phase: AdapterPhase.CaughtUp } last && last.Snapshots == snapshots);
}
