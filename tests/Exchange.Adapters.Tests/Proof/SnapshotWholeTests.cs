using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Proof;
using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Records.Proof;
using Xunit;

namespace Exchange.Adapters.Tests.Proof;

public sealed class SnapshotWholeTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_FolderOfFiles_IsTheNewestAndItsBadRowsAreApart()
    {
        _folder.Drop("a.csv", CsvFolder.Header + CsvFolder.Line("P0001", "旧", "1") + CsvFolder.Line("P0002", "旧", "2"));
        _folder.Drop("b.csv", CsvFolder.Header + CsvFolder.Line("P0002", "新", "2") + CsvFolder.Line("P0003", "新", "三") + CsvFolder.Line("P0004", "新", "4"));
        var reading = new SourceReading(TestSchemas.PeopleSchema);
        await using var source = Open();

        using var ledger = (await reading.ReadAsync(source, KeyRanges.Usual, TestContext.Current.CancellationToken)).Value;
        var rows = (await reading.ReadKeysAsync(source, [Key("P0001"), Key("P0002"), Key("P0003")], TestContext.Current.CancellationToken)).Value;

        Assert.Equal(2, ledger.Total.Rows);
        Assert.Equal(["P0002", "P0003"], rows.Keys.Select(k => System.Text.Encoding.ASCII.GetString(k.AsSpan(4))).Order(StringComparer.Ordinal));
        Assert.NotNull(rows[Key("P0002")].Tuple);
        Assert.Null(rows[Key("P0003")].Tuple);
    }

    [Fact]
    public async Task Read_EmptyFolder_IsNoWholeSource()
    {
        await using var source = Open();
        var read = await new SourceReading(TestSchemas.PeopleSchema).ReadAsync(source, 1, TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCodes.SourceUnavailable, read.Error!.Code);
    }

    private IWholeSource Open() => Connectors.OpenWhole(
        _folder.Model with { Encoding = TextEncodings.Utf8 }, new SourceContext("people-files", TestSchemas.PeopleSchema, BatchLimits.Default, TimeProvider.System, new TestLog()));

    private static byte[] Key(string code) => [0, 0, 0, (byte)code.Length, .. System.Text.Encoding.ASCII.GetBytes(code)];
}
