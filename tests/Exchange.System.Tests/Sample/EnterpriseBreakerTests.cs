using System.Buffers;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using Exchange.Standalone;
using Exchange.Standalone.Sample;
using Xunit;

namespace Exchange.System.Tests.Sample;

public sealed class EnterpriseBreakerTests
{
    private const int Rows = 5_000;

    private static readonly Division[] SomeDivisions =
    [
        new("33", "浙江省", 1, null), new("3301", "杭州市", 2, "33"), new("3302", "宁波市", 2, "33"), new("330106", "西湖区", 3, "3301"), new("330203", "海曙区", 3, "3302"),
    ];

    private static readonly EnterpriseMaker Maker = new(SomeDivisions, seed: 7);

    [Fact]
    public void Make_EveryRow_FitsTheSchema()
    {
        var validator = Validator();
        for (var i = 0; i < Rows; i++) Assert.Empty(Violations(validator, Maker.Make(i)));
    }

    [Fact]
    public void Break_EachKind_BreaksOneRuleOfOneField()
    {
        var validator = Validator();
        var kinds = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Rows; i++)
        {
            if (EnterpriseBreaker.KindOf(i, Rows) is not { } kind) continue;
            var (row, broken) = EnterpriseBreaker.Break(Maker.Make(i), kind);
            var violation = Assert.Single(Violations(validator, row));
            Assert.Equal((broken.Field, broken.Rule), (violation.Field, violation.Code.Name));
            kinds.Add(broken.Kind.En);
        }

        Assert.Equal(EnterpriseBreaker.Count(Rows), kinds.Count);
    }

    private static RowValidator Validator()
    {
        using var stream = typeof(Bilingual).Assembly.GetManifestResourceStream("enterprise.json")!;
        using var reader = new StreamReader(stream);
        return RowValidator.Compile(ResourceSchema.Parse(reader.ReadToEnd()).Value);
    }

    private static List<Violation> Violations(RowValidator validator, Enterprise row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(buffer);
        writer.StartRow(12);
        WriteText(row.Uscc);
        WriteText(row.Name);
        WriteText(row.LegalRepresentative);
        WriteText(row.ResidentId);
        if (row.Capital is { } capital) writer.WriteNumber(capital);
        else writer.WriteNull();
        if (row.Established is { } established) writer.WriteDate(established);
        else writer.WriteNull();
        if (row.Status is { } status) writer.WriteInt64(status);
        else writer.WriteNull();
        WriteText(row.Region);
        WriteText(row.Address);
        WriteText(row.Phone);
        writer.WriteTimestamp(row.UpdatedAt);
        WriteText(row.Scope);

        var violations = new List<Violation>();
        var result = validator.Check(buffer.WrittenSpan, 0, violations, out var length);
        Assert.False(result.IsError);
        Assert.Equal(buffer.WrittenCount, length);
        Assert.Equal(result.Value, violations.Count == 0);
        return violations;

        void WriteText(string? text)
        {
            if (text is null) writer.WriteNull();
            else writer.WriteText(text);
        }
    }
}
