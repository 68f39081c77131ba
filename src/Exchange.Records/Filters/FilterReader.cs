using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Filters;

/// <summary>Reads one query parameter. Recursive descent over its value; offsets count characters from the value's start.</summary>
internal sealed class FilterReader(string parameter, string text, ResourceSchema schema, Func<Field, bool>? visible, FilterLimits limits)
{
    private const string Not = "not.";

    private int _at;

    public static Error Invalid(string parameter, int offset, string reason, string reasonZh) =>
        ErrorCodes.FilterInvalid.With(("parameter", parameter), ("offset", offset), ("reason", reason), ("reason:zh", reasonZh));

    public Result<Filter> ReadParameter()
    {
        var negated = parameter.StartsWith(Not, StringComparison.Ordinal);
        var name = negated ? parameter[Not.Length..] : parameter;
        var result = name is "and" or "or" ? ReadGroup(name, 1) : negated ? Unknown(parameter) : ReadCondition(name, topLevel: true);
        if (!result.IsError && _at < text.Length) result = Fail("nothing may follow here", "此处不应有后续内容");
        return result.IsError || !negated ? result : new Filter.Not(result.Value);
    }

    private Result<Filter> ReadGroup(string kind, int depth)
    {
        if (depth > FilterLimits.MaxDepth) return Fail($"deeper than {FilterLimits.MaxDepth} levels", $"嵌套超过 {FilterLimits.MaxDepth} 层");
        if (!Skip('(')) return Fail("'(' expected", "此处应为“(”");
        var items = new List<Filter>();
        do
        {
            var item = ReadItem(depth);
            if (item.IsError) return item;
            items.Add(item.Value);
        }
        while (Skip(','));
        if (!Skip(')')) return Fail("',' or ')' expected", "此处应为“,”或“)”");
        return items.Count == 1 ? items[0] : kind == "and" ? new Filter.And(items) : new Filter.Or(items);
    }

    private Result<Filter> ReadItem(int depth)
    {
        var start = _at;
        var negated = SkipWord(Not);
        foreach (var kind in (ReadOnlySpan<string>)["and", "or"])
        {
            if (!SkipWord(kind + "(")) continue;
            _at--;
            var group = ReadGroup(kind, depth + 1);
            return group.IsError || !negated ? group : new Filter.Not(group.Value);
        }

        _at = start;
        var end = text.AsSpan(_at).IndexOfAny(".,()");
        if (end <= 0 || text[_at + end] != '.') return Fail("field.operator.value expected", "应为 字段.运算符.值");
        var name = text.Substring(_at, end);
        _at += end + 1;
        return ReadCondition(name, topLevel: false);
    }

    private Result<Filter> ReadCondition(string name, bool topLevel)
    {
        if (schema.Find(name) is not { } field || visible?.Invoke(field) == false) return Unknown(name);
        if (++limits.Conditions > FilterLimits.MaxConditions) return Fail($"more than {FilterLimits.MaxConditions} conditions", $"条件超过 {FilterLimits.MaxConditions} 个");
        var negated = SkipWord(Not);
        var dot = text.IndexOf('.', _at);
        var word = dot < 0 ? "" : text[_at..dot];
        var start = _at;
        _at = dot + 1;
        var result = word switch
        {
            "eq" => ReadComparison(field, ComparisonOperator.Equal, topLevel),
            "neq" => ReadComparison(field, ComparisonOperator.NotEqual, topLevel),
            "gt" => ReadComparison(field, ComparisonOperator.Greater, topLevel),
            "gte" => ReadComparison(field, ComparisonOperator.GreaterOrEqual, topLevel),
            "lt" => ReadComparison(field, ComparisonOperator.Less, topLevel),
            "lte" => ReadComparison(field, ComparisonOperator.LessOrEqual, topLevel),
            "like" => ReadLike(field, ignoreCase: false, topLevel),
            "ilike" => ReadLike(field, ignoreCase: true, topLevel),
            "in" => ReadIn(field),
            "is" => ReadIs(field, topLevel),
            _ => FailAt(start, "eq, neq, gt, gte, lt, lte, like, ilike, in or is expected", "运算符应为 eq、neq、gt、gte、lt、lte、like、ilike、in 或 is"),
        };
        return result.IsError || !negated ? result : new Filter.Not(result.Value);
    }

    private Result<Filter> ReadComparison(Field field, ComparisonOperator comparison, bool topLevel)
    {
        var value = ReadValue(field, topLevel);
        return value.IsError ? value.Error : new Filter.Comparison(field, comparison, value.Value);
    }

    private Result<Filter> ReadIn(Field field)
    {
        if (!Skip('(')) return Fail("'(' expected", "此处应为“(”");
        var values = new List<FilterValue>();
        do
        {
            var value = ReadValue(field, topLevel: false);
            if (value.IsError) return value.Error;
            values.Add(value.Value);
            if (values.Count > FilterLimits.MaxList) return Fail($"more than {FilterLimits.MaxList} values", $"取值超过 {FilterLimits.MaxList} 个");
        }
        while (Skip(','));
        return Skip(')') ? new Filter.In(field, values) : Fail("',' or ')' expected", "此处应为“,”或“)”");
    }

    private Result<Filter> ReadIs(Field field, bool topLevel)
    {
        var start = _at;
        var word = ReadText(topLevel);
        if (word.IsError) return word.Error;
        return word.Value switch
        {
            "null" => new Filter.IsNull(field),
            "true" when field.Type == FieldType.Boolean => new Filter.IsTruth(field, true),
            "false" when field.Type == FieldType.Boolean => new Filter.IsTruth(field, false),
            _ => FailAt(start, "null expected, or true or false for a boolean", "应为 null；布尔字段可为 true 或 false"),
        };
    }

    private Result<Filter> ReadLike(Field field, bool ignoreCase, bool topLevel)
    {
        var start = _at;
        if (field.Type != FieldType.Text) return FailAt(start, "like needs a text field", "like 只适用于文本字段");
        var read = ReadText(topLevel);
        if (read.IsError) return read.Error;
        var pattern = read.Value.Replace('*', '%');
        if (FilterPattern.EndsInEscape(pattern)) return FailAt(start, "a pattern must not end with a lone backslash", "模式不能以单个反斜杠结尾");
        if (FilterPattern.Wildcards(pattern) > FilterLimits.MaxWildcards) return FailAt(start, $"more than {FilterLimits.MaxWildcards} wildcards", $"通配符超过 {FilterLimits.MaxWildcards} 个");
        return new Filter.Like(field, pattern, ignoreCase);
    }

    private Result<FilterValue> ReadValue(Field field, bool topLevel)
    {
        var start = _at;
        var read = ReadText(topLevel);
        if (read.IsError) return read.Error;
        var bytes = Encoding.UTF8.GetBytes(read.Value);
        if (field.Type == FieldType.Text) return new FilterValue(FieldType.Text, bytes);
        var binary = new byte[ValueText.MaxBytes];
        var good = ValueText.TryParse(field.Type, bytes, binary, out var length)
            && (field.Type != FieldType.Number || PgNumeric.TryRead(binary.AsSpan(0, length), out _));
        var type = FieldFormats.Describe(field.Type);
        return good ? new FilterValue(field.Type, binary[..length]) : Invalid(parameter, start, $"a value of type {type} expected", $"此处应为 {type} 类型的值");
    }

    // At the top level the value is the whole rest; inside brackets it ends at a comma or bracket, or is quoted.
    private Result<string> ReadText(bool topLevel)
    {
        var start = _at;
        string value;
        if (topLevel)
        {
            value = text[_at..];
            _at = text.Length;
        }
        else if (_at < text.Length && text[_at] == '"')
        {
            var quoted = new StringBuilder();
            for (_at++; _at < text.Length && text[_at] != '"'; _at++)
            {
                if (text[_at] == '\\' && _at + 1 < text.Length) _at++;
                quoted.Append(text[_at]);
            }

            if (!Skip('"')) return Invalid(parameter, start, "the quote is not closed", "引号未闭合");
            value = quoted.ToString();
        }
        else
        {
            var end = text.AsSpan(_at).IndexOfAny(",()\"");
            value = end < 0 ? text[_at..] : text.Substring(_at, end);
            _at += value.Length;
        }

        if (value.Length > FilterLimits.MaxValue) return Invalid(parameter, start, $"a value longer than {FilterLimits.MaxValue} characters", $"值超过 {FilterLimits.MaxValue} 个字符");
        return IsClean(value) ? value : Invalid(parameter, start, "U+0000 or half a surrogate pair", "含有 U+0000 或不成对的代理字符");
    }

    private static bool IsClean(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal)) return false;
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i])) continue;
            if (!char.IsSurrogatePair(value, i)) return false;
            i++;
        }

        return true;
    }

    private bool Skip(char expected)
    {
        if (_at >= text.Length || text[_at] != expected) return false;
        _at++;
        return true;
    }

    private bool SkipWord(string word)
    {
        if (string.CompareOrdinal(text, _at, word, 0, word.Length) != 0) return false;
        _at += word.Length;
        return true;
    }

    private static Error Unknown(string name) => ErrorCodes.FieldUnknown.With(("field", name));

    private Result<Filter> Fail(string reason, string reasonZh) => Invalid(parameter, _at, reason, reasonZh);

    private Result<Filter> FailAt(int offset, string reason, string reasonZh) => Invalid(parameter, offset, reason, reasonZh);
}
