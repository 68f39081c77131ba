using Exchange.Catalog.Grants;
using Exchange.Catalog.Participants;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Npgsql;
using Xunit;

namespace Exchange.Catalog.Tests.Grants;

[Trait("Cost", "Servers")]
public sealed class GrantTests(CatalogFixture fixture) : IClassFixture<CatalogFixture>
{
    [Fact]
    public async Task Create_Good_RaisesTheVersionNotifiesAndLeavesTheEvent()
    {
        await using var listener = new NpgsqlConnection(fixture.Platform.GatewayConnection);
        await listener.OpenAsync();
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        listener.Notification += (_, e) => heard.TrySetResult(e.Payload);
        await using (var listen = new NpgsqlCommand("LISTEN exchange_grants", listener)) await listen.ExecuteNonQueryAsync();
        var created = CatalogFixture.Ok(await CreateAsync(await GrantAsync()));
        await listener.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(created.Version, await fixture.ScalarAsync<long>("SELECT version FROM catalog.grant_state"));
        Assert.Equal($"{created.Version}", await heard.Task);
        Assert.Equal(1, await fixture.ScalarAsync<long>(
            "SELECT count(*) FROM catalog.outbox WHERE message_type = 'GrantsChanged' AND (message ->> 'Version')::bigint = $1", created.Version));
        Assert.Equal(
            """[{"mask": null, "name": "id"}, {"mask": null, "name": "part"}, {"mask": "name", "name": "note"}]""",
            await fixture.ScalarAsync<string>("SELECT fields::text FROM catalog.access_grant WHERE grant_id = $1", created.Grant.Value));
    }

    [Fact]
    public async Task Create_SamePurposeTwice_IsRefusedUntilTheFirstIsRevoked()
    {
        var grant = await GrantAsync();
        var first = CatalogFixture.Ok(await CreateAsync(grant));
        Assert.Equal(ErrorCodes.GrantOverlaps, (await CreateAsync(grant)).Error!.Code);
        CatalogFixture.Ok(await CreateAsync(grant with { Purpose = "other" }));
        CatalogFixture.Ok(await RevokeAsync(new RevokeGrant(first.Grant, "用途已结束", "bureau")));
        CatalogFixture.Ok(await CreateAsync(grant));
    }

    [Fact]
    public async Task Create_UnknownNames_AreToldApart()
    {
        var grant = await GrantAsync();
        Assert.Equal(ErrorCodes.ParticipantUnknown, (await CreateAsync(grant with { Consumer = "nobody" })).Error!.Code);
        Assert.Equal(ErrorCodes.ResourceUnknown, (await CreateAsync(grant with { Resource = "nothing" })).Error!.Code);
    }

    [Fact]
    public async Task Create_Refused_LeavesTheVersion()
    {
        var grant = await GrantAsync();
        var before = await fixture.ScalarAsync<long>("SELECT version FROM catalog.grant_state");
        Assert.Equal(ErrorCodes.GrantInvalid, (await CreateAsync(grant with { Methods = [] })).Error!.Code);
        Assert.Equal(before, await fixture.ScalarAsync<long>("SELECT version FROM catalog.grant_state"));
    }

    [Fact]
    public async Task Revoke_Twice_KeepsTheFirstReason()
    {
        var created = CatalogFixture.Ok(await CreateAsync(await GrantAsync()));
        var revoked = CatalogFixture.Ok(await RevokeAsync(new RevokeGrant(created.Grant, "用途已结束", "bureau")));
        var again = CatalogFixture.Ok(await RevokeAsync(new RevokeGrant(created.Grant, "别的", "bureau")));

        Assert.True(revoked.Version > created.Version);
        Assert.Equal(revoked.Version, again.Version);
        Assert.Equal("用途已结束", await fixture.ScalarAsync<string>("SELECT revoke_reason FROM catalog.access_grant WHERE grant_id = $1", created.Grant.Value));
    }

    [Fact]
    public async Task Revoke_UnknownOrWithoutReason_IsRefused()
    {
        Assert.Equal(ErrorCodes.GrantUnknown, (await RevokeAsync(new RevokeGrant(new(Guid.CreateVersion7()), "原因", "bureau"))).Error!.Code);
        Assert.Equal(ErrorCodes.ValueMissing, (await RevokeAsync(new RevokeGrant(new(Guid.CreateVersion7()), "", "bureau"))).Error!.Code);
    }

    [Fact]
    public async Task Client_RegisteredAndDisabled_RaisesTheVersionEachTime()
    {
        var registration = new RegisterClient("centre-1", CatalogFixture.Consumer, "hash", [ClientRoles.Consumer]);
        var before = await fixture.ScalarAsync<long>("SELECT version FROM catalog.grant_state");
        CatalogFixture.Ok(await RegisterClientHandler.HandleAsync(registration, fixture.Database, fixture.Time, CancellationToken.None));
        CatalogFixture.Ok(await DisableClientHandler.HandleAsync(new DisableClient("centre-1"), fixture.Database, fixture.Time, CancellationToken.None));
        Assert.Equal(before + 2, await fixture.ScalarAsync<long>("SELECT version FROM catalog.grant_state"));
        Assert.True(await fixture.ScalarAsync<bool>("SELECT disabled_at IS NOT NULL FROM catalog.client WHERE client_id = 'centre-1'"));

        var taken = await RegisterClientHandler.HandleAsync(registration with { Participant = CatalogFixture.Publisher }, fixture.Database, fixture.Time, CancellationToken.None);
        Assert.Equal(ErrorCodes.ClientOfAnother, taken.Error!.Code);
        var unknown = await DisableClientHandler.HandleAsync(new DisableClient("nobody"), fixture.Database, fixture.Time, CancellationToken.None);
        Assert.Equal(ErrorCodes.ClientUnknown, unknown.Error!.Code);
    }

    private Task<Result<GrantCreated>> CreateAsync(CreateGrant request) => CreateGrantHandler.HandleAsync(request, fixture.Database, fixture.Time, CancellationToken.None);

    private Task<Result<GrantWasRevoked>> RevokeAsync(RevokeGrant request) => RevokeGrantHandler.HandleAsync(request, fixture.Database, fixture.Time, CancellationToken.None);

    private async Task<CreateGrant> GrantAsync()
    {
        var resource = CatalogFixture.Ok(await fixture.RegisterAsync(CatalogFixture.NewResourceName(), Item.Schema));
        var now = fixture.Time.GetUtcNow();
        return new CreateGrant(
            CatalogFixture.Consumer, resource.Name, "licence-check", "条例第二十条", [new("id", null), new("part", null), new("note", Masks.Name)], "region=eq.330106",
            [GrantMethods.Records, GrantMethods.Changes], [], CaseRequired: false, RowsPerDay: null, now, now.AddYears(1), "bureau");
    }
}
