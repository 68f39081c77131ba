using Exchange.Catalog.Proof;
using Exchange.Catalog.Resources;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Formats;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Testing;
using Xunit;

namespace Exchange.Catalog.Tests.Proof;

[Trait("Cost", "Servers")]
public sealed class CompareDigestsTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    private static readonly ResourceSchema Schema = ResourceSchema.Parse(Item.Schema).Value;
    private static readonly Item[] Items = [.. Enumerable.Range(1, 500).Select(i => Item.Of(i, note: i % 3 == 0 ? null : "备注", amount: i / 4m))];

    [Fact]
    public async Task Compare_SameRows_FindsEveryRangeEqual()
    {
        await using var stream = await LoadedAsync(Items);
        using var source = Ledger(Items);

        var answer = CatalogFixture.Ok(await CompareAsync(stream, source));

        Assert.Equal(source.Ranges.Select(r => new DigestRange(r.Rows, r.Digest)), answer.Ranges);
        Assert.Empty(answer.Keys);
        Assert.Equal((0, 500L), (answer.RangesLeft, answer.Head));
    }

    [Fact]
    public async Task Compare_ThreeDifferences_NamesExactlyThoseAndReadsTheStoreOnce()
    {
        await using var stream = await LoadedAsync(Items);
        await fixture.Platform.ExecuteAsync($"UPDATE store.{stream.Resource.Name} SET note = '改' WHERE id = 'k0010'");
        await fixture.Platform.ExecuteAsync($"DELETE FROM store.{stream.Resource.Name} WHERE id = 'k0020'");
        await fixture.Platform.ExecuteAsync($"INSERT INTO store.{stream.Resource.Name} (id, part, region, amount, _offset) VALUES ('zzz', 1, '330106', 1, 999)");
        using var source = Ledger(Items);
        var before = await ScansAsync(stream);

        var answer = CatalogFixture.Ok(await CompareAsync(stream, source));

        var found = answer.Keys.SelectMany(r => KeyComparison.Keys(source.Read(r.Range), r.Rows.Select(k => new LedgerEntry(k.Key, Digest(k), true))));
        Assert.Equal(
            [("k0010,1", DifferenceKind.Changed), ("k0020,2", DifferenceKind.Missing), ("zzz,1", DifferenceKind.Surplus)],
            found.Select(d => (string.Join(',', ProofKey.Texts([.. Schema.Keys.Select(Column.Of)], d.Key)!), d.Kind)).Order());
        await Eventually.EqualAsync(before + 1, () => ScansAsync(stream));
        Assert.Equal(
            [(500L, source.Total.Digest, 500L, 3)],
            await fixture.ListAsync(
                "SELECT source_rows, source_digest, store_rows, ranges_differing FROM catalog.comparison WHERE resource_id = $1",
                r => (r.GetInt64(0), r.GetString(1), r.GetInt64(2), r.GetInt32(3)),
                stream.Resource.Resource.Value));
    }

    [Fact]
    public void Compare_EverythingDiffers_AnswersWholeRangesUpToItsLimitAndCountsTheRest()
    {
        using var ledger = new DigestLedger(4);
        for (var i = 0; i < 30_000; i++) ledger.Add(BitConverter.GetBytes(i), (UInt128)i);

        var answered = CompareDigestsHandler.Keys(ledger, [0, 1, 2, 3]);

        Assert.Equal([0, 1], answered.Select(a => a.Range));
        Assert.All(answered, a => Assert.Equal(ledger.Ranges[a.Range].Rows, a.Rows.Length));
    }

    [Fact]
    public async Task Compare_FromARangeOn_NamesTheLaterRangesAndLeavesOutWhatCameBefore()
    {
        await using var stream = await LoadedAsync(Items);
        await fixture.Platform.ExecuteAsync($"DELETE FROM store.{stream.Resource.Name} WHERE id IN ('k0010', 'k0020', 'k0030')");
        using var source = Ledger(Items);
        var differing = CatalogFixture.Ok(await CompareAsync(stream, source)).Keys.Select(k => k.Range).ToList();

        var later = CatalogFixture.Ok(await CompareAsync(stream, source, r => r with { FirstRange = differing[0] + 1 }));
        var none = CatalogFixture.Ok(await CompareAsync(stream, source, r => r with { FirstRange = differing[^1] + 1 }));

        Assert.Equal(differing.Skip(1), later.Keys.Select(k => k.Range));
        Assert.Empty(none.Keys);
        Assert.Equal((0, 0), (later.RangesLeft, none.RangesLeft));
    }

    [Fact]
    public async Task ReadKeys_MoreThanOneRequestCarries_IsRefused()
    {
        var request = new ReadKeyDigests("any", CatalogFixture.Publisher, "", [.. Enumerable.Repeat(Array.Empty<byte>(), ReadKeyDigests.MostKeys + 1)]);
        Assert.Equal(ErrorCodes.ProofInvalid, (await ReadKeyDigestsHandler.HandleAsync(request, fixture.Database, fixture.Time, CancellationToken.None)).Error!.Code);
    }

    [Fact]
    public async Task Compare_WhileTheFirstLoadRuns_IsRefused()
    {
        await using var stream = await StreamDriver.StartAsync(fixture);
        await stream.SendAsync(stream.Start(), stream.Rows(Items[..10]));
        using var source = Ledger(Items[..10]);

        Assert.Equal(ErrorCodes.ResourceLoading, (await CompareAsync(stream, source)).Error!.Code);
    }

    [Fact]
    public async Task Compare_ByAnotherDepartmentOrSchemaOrWithOddRanges_IsRefused()
    {
        await using var stream = await LoadedAsync(Items[..10]);
        using var source = Ledger(Items[..10]);

        Assert.Equal(ErrorCodes.ResourceOfAnother, (await CompareAsync(stream, source, r => r with { Publisher = CatalogFixture.Consumer })).Error!.Code);
        Assert.Equal(ErrorCodes.SchemaDrift, (await CompareAsync(stream, source, r => r with { SchemaFingerprint = new string('0', 64) })).Error!.Code);
        Assert.Equal(ErrorCodes.ResourceUnknown, (await CompareAsync(stream, source, r => r with { Resource = "none" })).Error!.Code);
        Assert.Equal(ErrorCodes.ProofInvalid, (await CompareAsync(stream, source, r => r with { Ranges = r.Ranges[..3] })).Error!.Code);
        Assert.Equal(ErrorCodes.ProofInvalid, (await CompareAsync(stream, source, r => r with { Ranges = [new DigestRange(1, "none")] })).Error!.Code);
    }

    [Fact]
    public async Task ReadKeys_SomeStoredAndSomeNot_GivesThoseThatAre()
    {
        await using var stream = await LoadedAsync(Items[..10]);
        using var source = Ledger(Items[..12]);
        var entries = Enumerable.Range(0, KeyRanges.Usual).SelectMany(source.Read).ToList();
        var request = new ReadKeyDigests(stream.Resource.Name, CatalogFixture.Publisher, stream.Resource.SchemaFingerprint, [.. entries.Select(e => e.Key)]);

        var answer = CatalogFixture.Ok(await ReadKeyDigestsHandler.HandleAsync(request, fixture.Database, fixture.Time, CancellationToken.None));
        var refused = await ReadKeyDigestsHandler.HandleAsync(request with { Keys = [[1, 2, 3]] }, fixture.Database, fixture.Time, CancellationToken.None);

        Assert.Equal(10, answer.Rows.Length);
        Assert.All(answer.Rows, row => Assert.Equal(entries.Single(e => e.Key.AsSpan().SequenceEqual(row.Key)).Digest, Digest(row)));
        Assert.Equal(ErrorCodes.ProofInvalid, refused.Error!.Code);
    }

    private async Task<StreamDriver> LoadedAsync(Item[] items)
    {
        var stream = await StreamDriver.StartAsync(fixture);
        await stream.SnapshotAsync(items);
        return stream;
    }

    private Task<Result<DigestsCompared>> CompareAsync(StreamDriver stream, DigestLedger source, Func<CompareDigests, CompareDigests>? change = null)
    {
        var request = new CompareDigests(
            stream.Resource.Name, CatalogFixture.Publisher, stream.Resource.SchemaFingerprint, [.. source.Ranges.Select(r => new DigestRange(r.Rows, r.Digest))]);
        return CompareDigestsHandler.HandleAsync(change?.Invoke(request) ?? request, fixture.Database, fixture.Time, CancellationToken.None);
    }

    private async Task<long> ScansAsync(StreamDriver stream) => await fixture.ScalarAsync<long?>(
        "SELECT seq_scan FROM pg_stat_user_tables WHERE relid = $1::regclass", StoreColumns.Store(stream.Resource.Name)) ?? 0;

    private static UInt128 Digest(KeyDigest row) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(row.Digest);

    private static DigestLedger Ledger(Item[] items)
    {
        var ledger = new DigestLedger(KeyRanges.Usual);
        var digester = RowDigester.For(Schema);
        var body = Change.Body(items);
        var fields = new FieldSlice[Schema.Fields.Count];
        var reader = new RowReader(body);
        while (reader.ReadRow(fields))
        {
            var digest = digester.Row(body, fields);
            ledger.Add(digester.Key(body, fields), digest);
        }

        return ledger;
    }
}
