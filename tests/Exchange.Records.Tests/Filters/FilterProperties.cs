using Exchange.Contracts.Errors;
using Exchange.Records.Filters;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using FsCheck;
using FsCheck.Fluent;

namespace Exchange.Records.Tests.Filters;

public sealed class FilterProperties
{
    private static readonly Gen<string> Texts =
        from parts in Gen.Elements("a", "Z", ",", "(", ")", "\"", "\\", "%", "*", "&", "=", "+", ".", " ", "企", "😀", "not.", "and(", "null", "'", "%41", "\n").ListOf()
        select string.Concat(parts);

    [Fact]
    public void Print_AnyFilter_ParsesBackToTheSame() =>
        Prop.ForAll(Filters(3).ToArbitrary(), filter =>
        {
            var printed = filter.ToString();
            var parsed = FilterParser.ParseQuery(printed, FilterParserTests.Schema);
            return (!parsed.IsError && parsed.Value.ToString() == printed).Label($"{printed} => {parsed}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Parse_AnyText_AnswersOrFailsWithAnOffsetInside() =>
        Prop.ForAll(Garbage().ToArbitrary(), query =>
        {
            var parsed = FilterParser.ParseQuery(query, FilterParserTests.Schema);
            if (!parsed.IsError) return FilterParser.ParseQuery(parsed.Value.ToString(), FilterParserTests.Schema).Value.ToString() == parsed.Value.ToString();
            return parsed.Error.Code == ErrorCodes.FieldUnknown
                || (parsed.Error.Code == ErrorCodes.FilterInvalid && int.Parse(parsed.Error.Data["offset"], System.Globalization.CultureInfo.InvariantCulture) <= query.Length);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void LikePattern_AnyTextWithoutWildcards_MatchesOnlyItself() =>
        Prop.ForAll(Texts.ToArbitrary(), Texts.ToArbitrary(), (text, other) =>
        {
            var pattern = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
            return FilterPattern.Matches(text, pattern, false)
                && FilterPattern.Matches(text + other, pattern + "%", false)
                && FilterPattern.Matches(other + text, "%" + pattern, false)
                && FilterPattern.Matches(other, pattern, false) == (other == text);
        }).QuickCheckThrowOnFailure();

    // Pieces of the grammar in any order come closer to valid filters than random characters do.
    private static Gen<string> Garbage() =>
        from parts in Gen.OneOf(
            Gen.Elements("id", "name", "amount", "区划", "nope", "=", ".", "eq.", "not.", "in.(", "is.null", "or=(", "and(", ")", ",", "\"", "\\", "1", "x", "&", "like.", "*", "%2", "%41", "\u0000"),
            Gen.Choose(0, 0xFFFF).Select(c => ((char)c).ToString())).ListOf()
        select string.Concat(parts);

    private static Gen<Filter> Filters(int depth)
    {
        var leaf = Gen.OneOf(Comparisons(), Lists(), Patterns(), FieldsOf(_ => true).Select(f => (Filter)new Filter.IsNull(f)),
            from truth in Gen.Elements(true, false) select (Filter)new Filter.IsTruth(FilterParserTests.Schema.Find("ok")!, truth));
        if (depth == 0) return leaf;
        var inner = Filters(depth - 1);
        var several = from count in Gen.Choose(2, 4) from items in inner.ListOf(count) select (IReadOnlyList<Filter>)[.. items];
        return Gen.OneOf(leaf, inner.Select(f => (Filter)new Filter.Not(f)), several.Select(l => (Filter)new Filter.And(l)), several.Select(l => (Filter)new Filter.Or(l)));
    }

    private static Gen<Filter> Comparisons() =>
        from field in FieldsOf(_ => true)
        from value in Values(field)
        from comparison in Gen.Elements(Enum.GetValues<ComparisonOperator>())
        select (Filter)new Filter.Comparison(field, comparison, value);

    private static Gen<Filter> Lists() =>
        from field in FieldsOf(_ => true)
        from count in Gen.Choose(1, 4)
        from values in Values(field).ListOf(count)
        select (Filter)new Filter.In(field, [.. values]);

    private static Gen<Filter> Patterns() =>
        from field in FieldsOf(f => f.Type == FieldType.Text)
        from text in Texts
        from ignoreCase in Gen.Elements(true, false)
        let pattern = text.Replace('*', '%')
        where !FilterPattern.EndsInEscape(pattern) && FilterPattern.Wildcards(pattern) <= 20
        select (Filter)new Filter.Like(field, pattern, ignoreCase);

    private static Gen<Field> FieldsOf(Func<Field, bool> which) => Gen.Elements(FilterParserTests.Schema.Fields.Where(which));

    private static Gen<FilterValue> Values(Field field) => field.Type == FieldType.Text
        ? Texts.Select(t => new FilterValue(FieldType.Text, System.Text.Encoding.UTF8.GetBytes(t)))
        : RowGen.Value(field.Type).Where(v => field.Type != FieldType.Number || PgNumeric.TryRead(v, out _)).Select(v => new FilterValue(field.Type, v));
}
