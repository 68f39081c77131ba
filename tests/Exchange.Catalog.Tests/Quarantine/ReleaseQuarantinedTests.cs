using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Xunit;

namespace Exchange.Catalog.Tests.Quarantine;

[Trait("Cost", "Servers")]
public sealed class ReleaseQuarantinedTests(CatalogFixture fixture) : QuarantineCase(fixture), IClassFixture<CatalogFixture>
{
    [Fact]
    public async Task Release_Corrected_IsInStoreAndFeedOnceAndOnRecord()
    {
        await using var stream = await LoadedAsync(Items[..40]);
        await stream.SendAsync(stream.Changes(Change.Put(Items[0].Broken()), Change.Put(Items[1] with { Amount = 9 })));
        var (id, before) = (await OneAsync(stream), await stream.FeedPlaceAsync());

        var released = CatalogFixture.Ok(await ReleaseAsync(stream, id, """{"note":"更正"}"""));
        var again = CatalogFixture.Ok(await ReleaseAsync(stream, id, """{"note":"更正"}"""));

        Assert.Equal(("released", before.Head + 1), (released.State, released.Head));
        Assert.Equal(released, again);
        Assert.Equal(Items[0] with { Note = "更正" }, (await stream.StoredAsync())[0]);
        Assert.Equal((before.Head + 1, 'U', "k0001"), (await stream.FeedAsync()).Select(f => (f.Offset, f.Op, f.Id)).Last());
        Assert.Equal(["release released note clerk"], await ActionsAsync(id));
        await Fixture.Announcements.RunOnceAsync(CancellationToken.None);
        Assert.Contains(Fixture.Bus.Of<BatchCommitted>(), b => b.Stream == stream.Opened.Stream && b.Head == before.Head + 1);
        await stream.SendAsync(stream.Changes(Change.Put(Items[45])));
        Assert.Equal("open", (await stream.StatusAsync()).State);
        Assert.Equal(before.Head + 2, (await stream.FeedPlaceAsync()).Head);
    }

    [Fact]
    public async Task Release_StillBad_ListsFieldsAndRulesAndRecordsTheAttempt()
    {
        await using var stream = await LoadedAsync(Items[..10]);
        await stream.SendAsync(stream.Changes(Change.Put(Items[0].Broken())));
        var id = await OneAsync(stream);

        var asItIs = (await ReleaseAsync(stream, id, null)).Error!;
        var worse = (await ReleaseAsync(stream, id, """{"amount":"viel","nope":1}""")).Error!;

        Assert.Equal(ErrorCodes.QuarantineStillBad, asItIs.Code);
        Assert.Equal(("/fields/note", ErrorCodes.ValueTooLong), (Assert.Single(asItIs.Details).Pointer, asItIs.Details[0].Code));
        Assert.Equal(
            [("/fields/amount", ErrorCodes.ValueTypeWrong), ("/fields/nope", ErrorCodes.FieldUnknown)],
            worse.Details.Select(d => (d.Pointer, d.Code)).OrderBy(d => d.Pointer, StringComparer.Ordinal));
        Assert.Equal(["release quarantine_still_bad  clerk", "release quarantine_still_bad amount,nope clerk"], await ActionsAsync(id));
        Assert.Equal(Items[0], (await stream.StoredAsync())[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Release_AfterANewerRecordOfItsKey_IsRefusedEvenIfThatChangedNothing(bool changesNothing)
    {
        await using var stream = await LoadedAsync(Items[..10]);
        await stream.SendAsync(stream.Changes(Change.Put(Items[0].Broken())));
        var newer = changesNothing ? Items[0] : Items[0] with { Amount = 77 };
        await stream.SendAsync(stream.Changes(Change.Put(newer)));

        var refused = await ReleaseAsync(stream, await OneAsync(stream), """{"note":"旧"}""");

        Assert.Equal(ErrorCodes.QuarantineOvertaken, refused.Error!.Code);
        Assert.Equal(newer, (await stream.StoredAsync())[0]);
    }

    [Fact]
    public async Task Release_AfterAGoodRecordOfItsKeyInTheSameFirstLoad_IsRefused()
    {
        await using var stream = await StreamDriver.StartAsync(Fixture);
        await stream.SendAsync(stream.Start(), stream.Rows([Items[0].Broken(), Items[1]]), stream.Rows(Items[0], Items[2]), stream.End());

        Assert.Equal(ErrorCodes.QuarantineOvertaken, (await ReleaseAsync(stream, await OneAsync(stream), """{"note":"旧"}""")).Error!.Code);
        Assert.Equal(Items[..3], await stream.StoredAsync());
    }

    [Fact]
    public async Task Release_AfterADeleteOfItsKey_IsRefused()
    {
        await using var stream = await LoadedAsync(Items[..10]);
        await stream.SendAsync(stream.Changes(Change.Put(Items[0].Broken())), stream.Changes(Change.Delete(Items[0])));

        Assert.Equal(ErrorCodes.QuarantineOvertaken, (await ReleaseAsync(stream, await OneAsync(stream), """{"note":"旧"}""")).Error!.Code);
        Assert.Equal(9, (await stream.StoredAsync()).Count);
    }

    [Fact]
    public async Task Release_AfterALaterSnapshotWithoutItsKey_IsRefused()
    {
        await using var stream = await LoadedAsync(Items[..10]);
        await stream.SendAsync(stream.Changes(Change.Put(Items[20].Broken())));
        await stream.SnapshotAsync(Items[..10]);

        Assert.Equal(ErrorCodes.QuarantineOvertaken, (await ReleaseAsync(stream, await OneAsync(stream), """{"note":"旧"}""")).Error!.Code);
    }

    [Fact]
    public async Task Release_OfAnEarlierRecordThanOneThatWaitsToo_IsRefused()
    {
        await using var stream = await LoadedAsync(Items[..10]);
        await stream.SendAsync(stream.Changes(Change.Put(Items[0].Broken())), stream.Changes(Change.Put(Items[0].Broken() with { Amount = 2 })));
        var ids = await IdsAsync(stream);

        Assert.Equal(ErrorCodes.QuarantineOvertaken, (await ReleaseAsync(stream, ids[0], """{"note":"旧"}""")).Error!.Code);
        Assert.Equal("released", CatalogFixture.Ok(await ReleaseAsync(stream, ids[1], """{"note":"新"}""")).State);
        Assert.Equal(Items[0] with { Note = "新", Amount = 2 }, (await stream.StoredAsync())[0]);
    }

    [Fact]
    public async Task Release_OfARecordBeforeAGoodOneOfItsKeyInTheSameBatch_IsRefused()
    {
        await using var stream = await LoadedAsync(Items[..10]);
        await stream.SendAsync(stream.Changes(Change.Put(Items[0].Broken()), Change.Put(Items[0] with { Amount = 5 }), Change.Put(Items[1] with { Amount = 5 }), Change.Put(Items[1].Broken())));
        var ids = await IdsAsync(stream);

        Assert.Equal(ErrorCodes.QuarantineOvertaken, (await ReleaseAsync(stream, ids[0], """{"note":"旧"}""")).Error!.Code);
        Assert.Equal("released", CatalogFixture.Ok(await ReleaseAsync(stream, ids[1], """{"note":"新"}""")).State);
    }

    [Fact]
    public async Task Release_UnderAnotherKey_NeverOverwritesTheRowOfThatKey()
    {
        await using var stream = await LoadedAsync(Items[..10]);
        await stream.SendAsync(stream.Changes(Change.Put(Items[20] with { Id = new string('长', 30) })));
        var id = await OneAsync(stream);

        Assert.Equal(ErrorCodes.QuarantineKeyTaken, (await ReleaseAsync(stream, id, """{"id":"k0003","part":0}""")).Error!.Code);
        Assert.Equal("released", CatalogFixture.Ok(await ReleaseAsync(stream, id, """{"id":"k0021"}""")).State);
        Assert.Equal(Items[20], (await stream.StoredAsync())[^1]);
    }

    [Fact]
    public async Task Release_WhileASnapshotRuns_StaysAfterItsEnd()
    {
        await using var stream = await LoadedAsync(Items[..10]);
        await stream.SendAsync(stream.Start(), stream.Rows([.. Items[..5], Items[20].Broken()]));

        CatalogFixture.Ok(await ReleaseAsync(stream, await OneAsync(stream), """{"note":null}"""));
        await stream.SendAsync(stream.End());

        Assert.Equal([.. Items[..5], Items[20]], await stream.StoredAsync());
    }

    [Fact]
    public async Task Release_DuplicateOfASnapshot_ReplacesTheFirstOnRequest()
    {
        await using var stream = await LoadedAsync([.. Items[..10], Items[3] with { Amount = 44 }]);

        CatalogFixture.Ok(await ReleaseAsync(stream, await OneAsync(stream), null));

        Assert.Equal(44, (await stream.StoredAsync())[3].Amount);
    }

    [Fact]
    public async Task Release_DuplicateFoundAtTheEndOfALoad_ReplacesTheFirstOnRequest()
    {
        await using var stream = await StreamDriver.StartAsync(Fixture, indexedRows: 0);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..10]), stream.Rows(Items[3] with { Amount = 44 }), stream.End());

        CatalogFixture.Ok(await ReleaseAsync(stream, await OneAsync(stream), null));

        Assert.Equal(44, (await stream.StoredAsync())[3].Amount);
    }

    [Fact]
    public async Task Release_DuringTheFirstLoadOrByAnotherDepartmentOrOfNothing_IsRefused()
    {
        await using var stream = await StreamDriver.StartAsync(Fixture);
        await stream.SendAsync(stream.Start(), stream.Rows([.. Items[..5], Items[5].Broken()]));
        var id = await OneAsync(stream);

        Assert.Equal(ErrorCodes.ResourceLoading, (await ReleaseAsync(stream, id, null)).Error!.Code);
        Assert.Equal(ErrorCodes.ResourceOfAnother, (await ReleaseAsync(stream, id, null, CatalogFixture.Consumer)).Error!.Code);
        Assert.Equal(ErrorCodes.QuarantineUnknown, (await ReleaseAsync(stream, 999_999, null)).Error!.Code);
        Assert.Equal(ErrorCodes.BodyInvalid, (await ReleaseAsync(stream, id, "[1]")).Error!.Code);
    }

    [Fact]
    public async Task Release_ManyAtOnce_HasEffectOnce()
    {
        await using var stream = await LoadedAsync([.. Items[..10], Items[20].Broken()]);
        var id = await OneAsync(stream);
        var head = (await stream.FeedPlaceAsync()).Head;

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReleaseAsync(stream, id, """{"note":"同"}""")));

        Assert.All(all, r => Assert.Equal(head + 1, CatalogFixture.Ok(r).Head));
        Assert.Equal(head + 1, (await stream.FeedPlaceAsync()).Head);
        Assert.Single(await ActionsAsync(id));
    }
}
