using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Sources.Sheets;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Testing;
using Npgsql;
using Xunit;

namespace Exchange.Adapters.Tests.Configuration;

public sealed class AdapterFileTests : IDisposable
{
    private readonly AdapterFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Load_PostgresSource_IsRead()
    {
        var adapter = Assert.IsType<PublishingAdapter>((await LoadAsync(AdapterFolder.Publishing)).Value);
        var source = Assert.IsType<PostgresSourceModel>(adapter.Source);
        Assert.Equal(new BusModel("amqp://127.0.0.1:5672/", "exchange", 4), adapter.Bus);
        Assert.Equal(("people-adapter", "people", TestSchemas.People), (adapter.Name, adapter.Resource.Name, adapter.Resource.Schema));
        Assert.Equal("s3cret", new NpgsqlConnectionStringBuilder(source.Connection.ConnectionString).Password);
        Assert.Equal(("full_name", "age"), (source.Columns["name"], source.Columns["age"]));
        Assert.Equal((PostgresReadMode.Snapshot, TimeSpan.FromSeconds(10), BatchLimits.Default), (source.Mode, source.Interval, adapter.Batches));
    }

    [Fact]
    public async Task Load_CsvSource_IsRead()
    {
        var adapter = Assert.IsType<PublishingAdapter>((await LoadAsync(AdapterFolder.Folder)).Value);
        var source = Assert.IsType<CsvSourceModel>(adapter.Source);
        Assert.Equal((Path.Combine(_folder.Path, "drop"), TextEncodings.Gb18030, '\t', 4), (source.Folder.Path, source.Encoding!, source.Delimiter, source.HeaderLine));
        Assert.Equal(["注：", "数据来源"], source.Columns.FooterStarts);
        Assert.Equal((TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(500)), (source.Folder.Settle, source.Folder.Interval));
        Assert.Null(adapter.Bus);
    }

    [Fact]
    public async Task Load_ExcelSource_IsRead()
    {
        var yaml = AdapterFolder.Folder[..(AdapterFolder.Folder.IndexOf("\nsource:", StringComparison.Ordinal) + 1)] + """
            source:
              excel:
                folder: drop
                sheet: 名册
                headerRow: 3
                headerRows: 2
                hidden: skip
                subtitles: single
                mergedCells: first
            """;
        var source = Assert.IsType<SheetSourceModel>(Assert.IsType<PublishingAdapter>((await LoadAsync(yaml)).Value).Source);
        Assert.Equal(("名册", 3, 2, "/"), (source.Sheet, source.HeaderRow, source.HeaderRows, source.HeaderJoin));
        Assert.Equal((HiddenContent.Skip, SubtitleRows.Single, false), (source.Hidden, source.Subtitles, source.FillsMerged));
    }

    [Fact]
    public async Task Load_Receiving_IsRead()
    {
        var adapter = Assert.IsType<ReceivingAdapter>((await LoadAsync(AdapterFolder.Receiving)).Value);
        Assert.Equal((new Uri("http://127.0.0.1:8080/"), "s3cret", "审批"), (adapter.Source.Gateway, adapter.Source.ClientSecret, adapter.Source.Purpose));
        Assert.True(adapter.Sink.Create);
    }

    [Fact]
    public async Task Load_SeveralFaults_NamesAllWithTheirLines()
    {
        var error = (await LoadAsync("""
            adapter: People
            resource:
              name: people
              publsher: bureau-a
              titleZh: 人员
              titleEn: People
              schema: people.json
            source:
              postgres:
                connection: Host=127.0.0.1
                table: a.b.c
                interval: 5 seconds
                mode: log
                columns:
                  salary: pay
            sink:
              postgres: {}
            """)).Error!;
        Assert.Equal(ErrorCodes.ConfigurationInvalid, error.Code);
        Assert.Equal(
            ["line 1", "line 3", "line 4", "line 11", "line 12", "line 13", "line 15", "line 17"],
            error.Details.Select(d => d.Pointer));
        Assert.Contains(error.Details, d => d.Text(Language.En) == "Unknown setting 'resource.publsher'; is 'publisher' meant?");
        Assert.Contains(error.Details, d => d.Text(Language.Zh) == "未知设置“resource.publsher”，是否指“publisher”？");
    }

    [Theory]
    [InlineData("connection: Host=127.0.0.1;Database=a", "connection: Host=127.0.0.1;Database=a;Pasword=hunter2")]
    [InlineData("connection: Host=127.0.0.1;Database=a", "connection: hunter2")]
    public async Task Load_BrokenConnectionString_DoesNotRepeatTheSecret(string from, string to)
    {
        var error = (await LoadAsync(AdapterFolder.Publishing.Replace(from, to, StringComparison.Ordinal))).Error!;
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("passwordFile: secret", "passwordFile: nowhere", "source.postgres.passwordFile")]
    [InlineData("schema: people.json", "schema: nowhere.json", "resource.schema")]
    [InlineData("mode: snapshot", "", "")]
    [InlineData("interval: 10s", "interval: 1ms", "source.postgres.interval")]
    [InlineData("interval: 10s", "mode: watermark", "source.postgres.watermark")]
    [InlineData("interval: 10s", "timeZone: Mars/Olympus", "source.postgres.timeZone")]
    [InlineData("rabbitMq: amqp://127.0.0.1:5672/", "rabbitMq: http://127.0.0.1/", "bus.rabbitMq")]
    [InlineData("rabbitMq: amqp://127.0.0.1:5672/", "prefix: x", "bus.rabbitMq")]
    public async Task Load_OneFault_NamesItsSetting(string from, string to, string setting)
    {
        var loaded = await LoadAsync(AdapterFolder.Publishing.Replace(from, to, StringComparison.Ordinal));
        if (setting.Length == 0) Assert.False(loaded.IsError);
        else Assert.Contains(setting, Assert.Single(loaded.Error!.Details).Text(Language.En), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_PlainHttpToAnotherMachine_IsRefused()
    {
        var error = (await LoadAsync(AdapterFolder.Receiving.Replace("127.0.0.1:8080", "gateway.example", StringComparison.Ordinal))).Error!;
        Assert.Contains("https", Assert.Single(error.Details).Text(Language.Zh), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adapter: [")]
    [InlineData("- a\n- b\n")]
    [InlineData("")]
    [InlineData("adapter: a\nadapter: b\n")]
    public async Task Load_NoMapping_FailsWithALine(string text) =>
        Assert.StartsWith("line ", Assert.Single((await LoadAsync(text)).Error!.Details).Pointer, StringComparison.Ordinal);

    [Fact]
    public async Task Load_NoFile_Fails() =>
        Assert.Equal(ErrorCodes.ConfigurationInvalid, (await AdapterFile.LoadAsync(Path.Combine(_folder.Path, "nowhere.yaml"), CancellationToken.None)).Error?.Code);

    [Fact]
    public void Load_RandomText_NeverThrows() => Seeds.Run(random =>
    {
        string[] words = [.. AdapterFolder.Publishing.Split('\n'), .. AdapterFolder.Receiving.Split('\n'), .. AdapterFolder.Folder.Split('\n'), "  - x", ": :", "*a", "&a b", "{", "\t", "? a"];
        for (var round = 0; round < 400; round++)
        {
            var text = string.Join('\n', Enumerable.Range(0, random.Next(1, 25)).Select(_ => words[random.Next(words.Length)]));
            var loaded = AdapterFile.Parse(text, _folder.Path);
            if (loaded.IsError) Assert.Equal(ErrorCodes.ConfigurationInvalid, loaded.Error.Code);
        }
    });

    private Task<Result<AdapterModel>> LoadAsync(string text) => AdapterFile.LoadAsync(_folder.Write("adapter.yaml", text), CancellationToken.None);
}
