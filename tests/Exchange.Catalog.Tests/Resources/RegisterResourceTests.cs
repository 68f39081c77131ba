using System.Buffers;
using System.Security.Cryptography;
using Exchange.Catalog.Grants;
using Exchange.Catalog.Resources;
using Exchange.Catalog.Streams;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Npgsql;
using Xunit;

namespace Exchange.Catalog.Tests.Resources;

[Trait("Cost", "Servers")]
public sealed class RegisterResourceTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly string WithPhone = Item.Schema.Replace(
        "\"amount\":{", "\"phone\":{\"type\":[\"string\",\"null\"],\"x-exchange\":{\"filter\":true}},\"amount\":{", StringComparison.Ordinal);

    [Fact]
    public async Task Register_SameSchemaAgain_AnswersWithTheSameVersion()
    {
        var name = CatalogFixture.NewResourceName();
        var first = CatalogFixture.Ok(await fixture.RegisterAsync(name, Item.Schema));
        var second = CatalogFixture.Ok(await fixture.RegisterAsync(name, Item.Schema.Replace("\n", " ", StringComparison.Ordinal)));

        Assert.Equal(first, second);
        Assert.Equal(1, first.Version);
    }

    [Fact]
    public async Task Register_AddedField_IsANewVersionAndOldBatchesAreStillTaken()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var item = Item.Of(1);
        await stream.SnapshotAsync(item);
        var second = CatalogFixture.Ok(await fixture.RegisterAsync(stream.Resource.Name, WithPhone));
        Assert.Equal(2, second.Version);

        // A batch of the old version neither knows nor touches the new field, and its value is kept in the feed.
        await SendAsync(stream, second.SchemaFingerprint, item with { Note = "新" }, phone: "13800000000");
        await stream.SendAsync(stream.Changes(Change.Put(item with { Note = "旧" })));

        var store = StoreColumns.Store(stream.Resource.Name);
        Assert.Equal("13800000000", await fixture.ScalarAsync<string>($"SELECT phone FROM {store} WHERE note = '旧'"));
        Assert.Equal(
            [('U', (1L << 3) | (1L << 5), null, "13800000000"), ('U', 1L << 3, "13800000000", "13800000000")],
            await fixture.ListAsync(
                $"""SELECT op, changed, "before:phone", "after:phone" FROM {StoreColumns.Feed(stream.Resource.Name)} ORDER BY _offset""",
                r => (r.GetChar(0), r.GetInt64(1), r.IsDBNull(2) ? null : r.GetString(2), r.IsDBNull(3) ? null : r.GetString(3))));
    }

    [Fact]
    public async Task Register_RemovedField_NamesTheChangeAndWhoIsAffected()
    {
        var name = CatalogFixture.NewResourceName();
        CatalogFixture.Ok(await fixture.RegisterAsync(name, WithPhone));
        var refused = (await fixture.RegisterAsync(name, Item.Schema)).Error!;

        Assert.Equal(ErrorCodes.SchemaBreaking, refused.Code);
        Assert.Contains(refused.Details, d => d.Pointer == "/properties/phone");
        Assert.Equal(("0", "-"), (refused.Data["subscribers"], refused.Data["affected"]));

        var now = fixture.Time.GetUtcNow();
        var grant = new CreateGrant(
            CatalogFixture.Consumer, name, "licence-check", "条例第二十条", [new("id", null)], null, [GrantMethods.Records], [], CaseRequired: false, null, now, now.AddYears(1), "bureau");
        CatalogFixture.Ok(await CreateGrantHandler.HandleAsync(grant, fixture.Database, fixture.Time, CancellationToken.None));
        refused = (await fixture.RegisterAsync(name, Item.Schema)).Error!;
        Assert.Equal(("1", CatalogFixture.Consumer), (refused.Data["subscribers"], refused.Data["affected"]));
        Assert.Contains(CatalogFixture.Consumer, refused.Text(Language.Zh), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_ChangedType_IsRefused()
    {
        var name = CatalogFixture.NewResourceName();
        CatalogFixture.Ok(await fixture.RegisterAsync(name, Item.Schema));
        var refused = await fixture.RegisterAsync(name, Item.Schema.Replace("\"amount\":{\"type\":\"number\"", "\"amount\":{\"type\":\"integer\"", StringComparison.Ordinal));

        Assert.Equal(ErrorCodes.SchemaBreaking, refused.Error!.Code);
    }

    [Fact]
    public async Task Register_ResourceOfAnotherParticipant_IsRefused()
    {
        var name = CatalogFixture.NewResourceName();
        CatalogFixture.Ok(await fixture.RegisterAsync(name, Item.Schema));

        Assert.Equal(ErrorCodes.ResourceOfAnother, (await fixture.RegisterAsync(name, Item.Schema, CatalogFixture.Consumer)).Error!.Code);
        Assert.Equal(ErrorCodes.ParticipantUnknown, (await fixture.RegisterAsync(name, Item.Schema, "nobody")).Error!.Code);
    }

    [Theory]
    [InlineData("Enterprise")]
    [InlineData("a__b")]
    [InlineData("_a")]
    [InlineData("a_")]
    [InlineData("1a")]
    [InlineData("a\n")]
    [InlineData("a\"; DROP TABLE catalog.resource; --")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Register_BadName_IsRefused(string name)
    {
        var refused = await fixture.RegisterAsync(name, Item.Schema);
        Assert.Equal((ErrorCodes.ResourceInvalid, "/name"), (refused.Error!.Code, refused.Error.Details.Single().Pointer));
    }

    [Fact]
    public async Task Register_ChineseAndReservedFieldNames_AreStored()
    {
        const string schema = """
            {"type":"object","title":"户籍","required":["table"],
             "properties":{"table":{"type":"string","x-exchange":{"key":true}},"姓名":{"type":["string","null"],"x-exchange":{"filter":true}},"op":{"type":["string","null"]},"changed":{"type":["integer","null"]}}}
            """;
        await using var stream = await StreamDriver.StartAsync(fixture, schema);
        foreach (var kind in new[] { BatchKind.Rows, BatchKind.Rows })
        {
            var name = await stream.StatusAsync() is { CommittedSequence: 0 } ? "张三" : "李四";
            await stream.SendAsync(stream.Start(), stream.Next(kind, Body(name), 1), stream.End());
        }

        Assert.Equal("张三→李四", await fixture.ScalarAsync<string>(
            $"""SELECT "before:姓名" || '→' || "after:姓名" FROM {StoreColumns.Feed(stream.Resource.Name)}"""));

        static byte[] Body(string name)
        {
            var output = new ArrayBufferWriter<byte>();
            var writer = new RowWriter(output);
            writer.StartRow(4);
            writer.WriteText("k");
            writer.WriteText(name);
            writer.WriteText("op");
            writer.WriteInt64(1);
            return output.WrittenSpan.ToArray();
        }
    }

    [Fact]
    public async Task Register_WhileTheTableIsRead_AnswersBusyRatherThanBlockingAll()
    {
        var name = CatalogFixture.NewResourceName();
        CatalogFixture.Ok(await fixture.RegisterAsync(name, Item.Schema));
        await using var reader = new NpgsqlConnection(fixture.Platform.GatewayConnection);
        await reader.OpenAsync();
        await using var reading = await reader.BeginTransactionAsync();
        await using (var read = new NpgsqlCommand($"SELECT count(*) FROM {StoreColumns.Store(name)}", reader)) await read.ExecuteScalarAsync();

        Assert.Equal(ErrorCodes.ResourceBusy, (await fixture.RegisterAsync(name, WithPhone)).Error!.Code);
        await reading.RollbackAsync();
        Assert.Equal(2, CatalogFixture.Ok(await fixture.RegisterAsync(name, WithPhone)).Version);
    }

    [Fact]
    public async Task Register_ManyResources_SpreadsThemOverThePartitions()
    {
        for (var i = 0; i < 8; i++) CatalogFixture.Ok(await fixture.RegisterAsync(CatalogFixture.NewResourceName(), Item.Schema));
        var counts = await fixture.ListAsync("SELECT count(*) FROM catalog.resource GROUP BY partition", r => r.GetInt64(0));

        Assert.Equal(fixture.BusOptions.Partitions, counts.Count);
        Assert.InRange(counts.Max() - counts.Min(), 0, 1);
    }

    [Fact]
    public async Task Open_BySomeoneElseOrWithAnUnknownSchema_IsRefused()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        var good = stream.Opening();

        Assert.Equal(ErrorCodes.ResourceUnknown, await ErrorAsync(good with { Resource = "nothing" }));
        Assert.Equal(ErrorCodes.ResourceOfAnother, await ErrorAsync(good with { Publisher = CatalogFixture.Consumer }));
        Assert.Equal(ErrorCodes.StreamSourceConflict, await ErrorAsync(good with { Source = "other" }));
        Assert.Equal(ErrorCodes.SchemaDrift, await ErrorAsync(good with { SchemaFingerprint = "?" }));
        Assert.Equal(1, (await stream.StatusAsync()).Epoch);
    }

    private async Task<ErrorCode> ErrorAsync(OpenStream request) =>
        (await OpenStreamHandler.HandleAsync(request, fixture.Database, fixture.Time, CancellationToken.None)).Error!.Code;

    private static async Task SendAsync(StreamDriver stream, string fingerprint, Item item, string phone)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(output);
        writer.StartRow(7);
        writer.WriteRaw("U"u8);
        writer.WriteText(item.Id);
        writer.WriteInt64(item.Part);
        writer.WriteText(item.Region);
        writer.WriteText(item.Note);
        writer.WriteText(phone);
        writer.WriteNumber(item.Amount);
        var body = output.WrittenSpan.ToArray();
        var batch = stream.Next(BatchKind.Changes, body, 1);
        await stream.SendAsync(batch with { Header = batch.Header with { SchemaFingerprint = fingerprint } });
    }
}
