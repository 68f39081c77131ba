using System.Globalization;
using Exchange.Contracts.Errors;

namespace Exchange.Records.Schemas;

/// <summary>
/// Compares a new version of a schema with the last one under the rule <c>backward</c>: whoever reads rows of the old version can read rows of the new one. Columns bind by
/// name, so order does not matter. Additional fields that are not part of the key, tighter rules and changed annotations are fine.
/// </summary>
public static class SchemaCompatibility
{
    /// <summary>Lists what breaks readers, each with a JSON Pointer into the new schema (into the old one for a field that is gone). Empty where the new version is compatible.</summary>
    public static IReadOnlyList<ErrorDetail> Breaks(ResourceSchema next, ResourceSchema last)
    {
        var breaks = new List<ErrorDetail>();
        foreach (var old in last.Fields)
        {
            var pointer = "/properties/" + SchemaFindings.Escape(old.Name);
            if (next.Find(old.Name) is not { } field) Add(breaks, pointer, $"field '{old.Name}' is gone", $"字段“{old.Name}”被删除");
            else Compare(breaks, pointer, field, old);
        }

        foreach (var field in next.Fields.Where(f => f.IsKey && last.Find(f.Name) is null))
            Add(breaks, "/properties/" + SchemaFindings.Escape(field.Name), $"new field '{field.Name}' is part of the key", $"新增字段“{field.Name}”属于主键");
        return breaks;
    }

    private static void Compare(List<ErrorDetail> breaks, string pointer, Field next, Field old)
    {
        if (next.Type != old.Type)
        {
            var (from, to) = (FieldFormats.Describe(old.Type), FieldFormats.Describe(next.Type));
            Add(breaks, pointer + "/type", $"type of '{old.Name}': {from} → {to}", $"字段“{old.Name}”类型：{from} → {to}");
            return;
        }

        if (next.Nullable && !old.Nullable) Add(breaks, pointer + "/type", $"'{old.Name}' may now be null", $"字段“{old.Name}”变为可空");
        if (next.IsKey != old.IsKey)
            Add(breaks, pointer + "/x-exchange/key", next.IsKey ? $"'{old.Name}' joins the key" : $"'{old.Name}' leaves the key", next.IsKey ? $"字段“{old.Name}”加入主键" : $"字段“{old.Name}”退出主键");
        if (old.IsFilterable && !next.IsFilterable)
            Add(breaks, pointer + "/x-exchange/filter", $"'{old.Name}' can no longer be used in row filters", $"字段“{old.Name}”不再可用于行过滤");
        if (old.Format is not null && next.Format != old.Format)
            Add(breaks, pointer + "/format", $"format of '{old.Name}': {old.Format} → {next.Format ?? "-"}", $"字段“{old.Name}”格式：{old.Format} → {next.Format ?? "-"}");
        CompareRules(breaks, pointer, next, old);
    }

    private static void CompareRules(List<ErrorDetail> breaks, string pointer, Field next, Field old)
    {
        var (to, from) = (next.Rules, old.Rules);
        Widened(breaks, pointer, old.Name, "minLength", from.MinLength > (to.MinLength ?? 0), from.MinLength, to.MinLength);
        Widened(breaks, pointer, old.Name, "maxLength", from.MaxLength < (to.MaxLength ?? int.MaxValue), from.MaxLength, to.MaxLength);
        Widened(breaks, pointer, old.Name, "minimum", IsLower(to, from), from.Minimum ?? from.ExclusiveMinimum, to.Minimum ?? to.ExclusiveMinimum);
        Widened(breaks, pointer, old.Name, "maximum", IsHigher(to, from), from.Maximum ?? from.ExclusiveMaximum, to.Maximum ?? to.ExclusiveMaximum);
        var multiple = from.MultipleOf is { } step && (to.MultipleOf is not { } other || other % step != 0);
        Widened(breaks, pointer, old.Name, "multipleOf", multiple, from.MultipleOf, to.MultipleOf);
        Widened(breaks, pointer, old.Name, "pattern", from.Pattern is not null && to.Pattern != from.Pattern, from.Pattern, to.Pattern);
        if (from.Enum is null) return;
        var added = to.Enum?.Except(from.Enum, StringComparer.Ordinal).ToArray();
        if (added is null) Widened(breaks, pointer, old.Name, "enum", true, from.Enum.Count, null);
        else if (added.Length > 0) Widened(breaks, pointer, old.Name, "enum", true, from.Enum.Count, "+" + string.Join(", +", added));
    }

    // An old reader may meet values below what it knew: a lower bound that is gone, smaller, or no longer exclusive.
    private static bool IsLower(FieldRules to, FieldRules from) => Validation.Bounds.Lower(from) is { } old
        && (Validation.Bounds.Lower(to) is not { } next || next.Limit < old.Limit || (next.Limit == old.Limit && old.Exclusive && !next.Exclusive));

    private static bool IsHigher(FieldRules to, FieldRules from) => Validation.Bounds.Upper(from) is { } old
        && (Validation.Bounds.Upper(to) is not { } next || next.Limit > old.Limit || (next.Limit == old.Limit && old.Exclusive && !next.Exclusive));

    private static void Widened(List<ErrorDetail> breaks, string pointer, string field, string keyword, bool widened, object? from, object? to)
    {
        if (!widened) return;
        var change = string.Create(CultureInfo.InvariantCulture, $"{keyword}: {from} → {to ?? "-"}");
        Add(breaks, pointer + "/" + keyword, $"'{field}' {change}", $"字段“{field}” {change}");
    }

    private static void Add(List<ErrorDetail> breaks, string pointer, string change, string changeZh) =>
        breaks.Add(new ErrorDetail(pointer, ErrorCodes.SchemaChangeBreaks, ErrorCodes.SchemaChangeBreaks.With(("change", change), ("change:zh", changeZh)).Data));
}
