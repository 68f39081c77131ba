using System.Collections.Frozen;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Authorization;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Tests.Authorization;

public sealed class FindPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ResourceSchema Schema = ResourceSchema.Parse(Kit.Enterprises.Schema).Value;

    [Fact]
    public void Choose_AmongSeveralPurposes_TakesTheOneThatIsNamed()
    {
        var (first, second) = (Plan(1, "a"), Plan(2, "b"));
        Assert.Same(second, FindPlan.Choose([first, second], "b", GrantMethods.Lookup, Now).Value);
        Assert.Equal("purpose_missing", Problem([first, second], null));
        Assert.Equal("purpose_missing", Problem([first, second], "c"));
        Assert.Equal("not_granted", Problem([], "a"));
    }

    [Fact]
    public void Choose_GrantThatCannotBeUsed_TellsWhy()
    {
        Assert.Equal("grant_revoked", Problem([Plan(1, "a", revoked: "over")], "a"));
        Assert.Equal("grant_expired", Problem([Plan(1, "a", until: Now)], "a"));
        Assert.Equal("method_not_granted", Problem([Plan(1, "a", methods: [GrantMethods.Records])], "a"));
        Assert.Equal("grant_revoked", Problem([Plan(1, "a", until: Now), Plan(2, "a", revoked: "over")], "a"));
    }

    [Fact]
    public void Choose_RenewedGrant_TakesTheOneThatStands()
    {
        var standing = Plan(3, "a");
        Assert.Same(standing, FindPlan.Choose([Plan(1, "a", revoked: "over"), standing, Plan(4, "a", until: Now)], "a", GrantMethods.Lookup, Now).Value);
    }

    [Theory]
    [InlineData("2026-05-31T16:00:00Z", "2026-05-31T16:00:00Z")]
    [InlineData("2026-05-31T15:59:59Z", "2026-05-30T16:00:00Z")]
    public void Midnight_OfAnyInstant_IsTheDaysBeginInShanghai(string now, string midnight) =>
        Assert.Equal(DateTimeOffset.Parse(midnight, null), QuotaLedger.Midnight(DateTimeOffset.Parse(now, null)).ToUniversalTime());

    private static string Problem(GrantPlan[] plans, string? purpose) => FindPlan.Choose(plans, purpose, GrantMethods.Lookup, Now).Error!.Code.Name;

    private static GrantPlan Plan(long version, string purpose, string? revoked = null, DateTimeOffset? until = null, string[]? methods = null) => new()
    {
        GrantId = Guid.CreateVersion7(),
        GrantVersion = version,
        ConsumerId = Guid.Empty,
        ResourceId = Guid.Empty,
        Resource = "enterprise",
        Purpose = purpose,
        Methods = (methods ?? GrantMethods.All).ToFrozenSet(StringComparer.Ordinal),
        CaseRequired = false,
        RowsPerDay = null,
        ValidFrom = Now.AddDays(-1),
        ValidUntil = until ?? Now.AddDays(1),
        RevokeReason = revoked,
        Broken = null,
        Schema = Schema,
        Columns = [],
        ByName = FrozenDictionary<string, PlanColumn>.Empty,
        VerifyFields = [],
        RowFilter = null,
        ColumnBits = 0,
        Pads = ("", ""),
    };
}
