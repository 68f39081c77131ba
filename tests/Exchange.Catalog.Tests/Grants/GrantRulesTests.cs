using Exchange.Catalog.Grants;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Schemas;
using Xunit;

namespace Exchange.Catalog.Tests.Grants;

public sealed class GrantRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private static readonly ResourceSchema Schema = ResourceSchema.Parse("""
        {"type":"object","title":"人员","required":["id_no","name"],
         "properties":{
          "id_no":{"type":"string","format":"cn-resident-id","x-exchange":{"personal":"id"}},
          "code":{"type":"string","x-exchange":{"key":true}},
          "name":{"type":"string","x-exchange":{"personal":"name"}},
          "born":{"type":["string","null"],"format":"date","x-exchange":{"personal":"birth"}},
          "region":{"type":["string","null"],"x-exchange":{"filter":true}},
          "amount":{"type":["number","null"]}}}
        """.Replace("\"required\":[\"id_no\",\"name\"]", "\"required\":[\"id_no\",\"code\",\"name\"]", StringComparison.Ordinal)).Value;

    private static readonly CreateGrant Good = new(
        "service-centre", "person", "licence-check", "条例第二十条", [new("code", null), new("name", Masks.Name), new("id_no", Masks.Id)], "region=like.3301*",
        [GrantMethods.Records, GrantMethods.Changes, GrantMethods.Verify], ["id_no"], CaseRequired: false, RowsPerDay: 1000, Now, Now.AddYears(1), "bureau");

    [Fact]
    public void Check_GoodGrant_HasNoFindings() => Assert.Null(GrantRules.Check(Good, Schema, Now));

    public static TheoryData<string, string, string> Faults => new()
    {
        { "purpose-empty", "/purpose", "name_invalid" },
        { "purpose-chinese", "/purpose", "name_invalid" },
        { "basis-empty", "/legalBasis", "value_missing" },
        { "basis-long", "/legalBasis", "value_too_long" },
        { "ended", "/validUntil", "validity_invalid" },
        { "backwards", "/validUntil", "validity_invalid" },
        { "quota", "/rowsPerDay", "number_too_small" },
        { "no-method", "/methods", "value_missing" },
        { "method", "/methods/0", "method_unknown" },
        { "method-twice", "/methods/1", "value_repeated" },
        { "no-field", "/fields", "value_missing" },
        { "field", "/fields/1/name", "field_unknown" },
        { "field-twice", "/fields/1", "value_repeated" },
        { "mask", "/fields/1/mask", "mask_unknown" },
        { "mask-on-number", "/fields/1/mask", "mask_misfit" },
        { "mask-on-key", "/fields/0/mask", "mask_misfit" },
        { "year-on-text", "/fields/1/mask", "mask_misfit" },
        { "key-left-out", "/fields", "value_missing" },
        { "verify-nothing", "/verifyFields", "value_missing" },
        { "verify-field", "/verifyFields/0", "field_unknown" },
        { "filter", "/rowFilter", "filter_invalid" },
        { "filter-field", "/rowFilter", "field_unknown" },
        { "filter-unfilterable", "/rowFilter", "field_not_filterable" },
        { "filter-empty", "/rowFilter", "value_missing" },
        { "birth", "/fields/2/mask", "mask_combination_rebuilds" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Check_Fault_IsFoundAtItsPointer(string fault, string pointer, string code)
    {
        var error = GrantRules.Check(Broken(fault), Schema, Now);

        Assert.Equal(ErrorCodes.GrantInvalid, error!.Code);
        Assert.Contains(error.Details, d => d.Pointer == pointer && d.Code.Name == code);
    }

    [Fact]
    public void Check_SeveralFaults_AreFoundAtOnce()
    {
        var error = GrantRules.Check(Good with { Purpose = "", RowFilter = "name=eq.x", Methods = ["fly"] }, Schema, Now);

        Assert.Equal(["/methods/0", "/purpose", "/rowFilter"], error!.Details.Select(d => d.Pointer).Order(StringComparer.Ordinal));
        Assert.Equal("3", error.Data["count"]);
    }

    [Fact]
    public void Check_KeyAsPseudonym_IsAllowed() =>
        Assert.Null(GrantRules.Check(Good with { Fields = [new("code", Masks.Pseudonym), new("born", Masks.Year)] }, Schema, Now));

    [Fact]
    public void Check_VerificationOnly_NeedsNoFields() =>
        Assert.Null(GrantRules.Check(Good with { Methods = [GrantMethods.Verify], Fields = [] }, Schema, Now));

    private static CreateGrant Broken(string fault) => fault switch
    {
        "purpose-empty" => Good with { Purpose = "" },
        "purpose-chinese" => Good with { Purpose = "办证核验" },
        "basis-empty" => Good with { LegalBasis = " " },
        "basis-long" => Good with { LegalBasis = new string('法', 501) },
        "ended" => Good with { ValidFrom = Now.AddYears(-2), ValidUntil = Now },
        "backwards" => Good with { ValidFrom = Now.AddYears(2) },
        "quota" => Good with { RowsPerDay = 0 },
        "no-method" => Good with { Methods = [] },
        "method" => Good with { Methods = ["fly"] },
        "method-twice" => Good with { Methods = [GrantMethods.Records, GrantMethods.Records] },
        "no-field" => Good with { Fields = [] },
        "field" => Good with { Fields = [new("code", null), new("secret", null)] },
        "field-twice" => Good with { Fields = [new("code", null), new("code", null)] },
        "mask" => Good with { Fields = [new("code", null), new("name", "blur")] },
        "mask-on-number" => Good with { Fields = [new("code", null), new("amount", Masks.Id)] },
        "mask-on-key" => Good with { Fields = [new("code", Masks.Id)] },
        "year-on-text" => Good with { Fields = [new("code", null), new("name", Masks.Year)] },
        "key-left-out" => Good with { Fields = [new("name", null)] },
        "verify-nothing" => Good with { VerifyFields = [] },
        "verify-field" => Good with { VerifyFields = ["secret"] },
        "filter" => Good with { RowFilter = "region=around.3301" },
        "filter-field" => Good with { RowFilter = "secret=eq.1" },
        "filter-unfilterable" => Good with { RowFilter = "region=eq.330106&name=eq.张三" },
        "filter-empty" => Good with { RowFilter = "" },
        "birth" => Good with { Fields = [new("code", null), new("born", null), new("id_no", Masks.Id)] },
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
