using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Filters;

/// <summary>
/// A condition over the rows of one resource, bound to its fields. Parsed by <see cref="FilterParser"/>; the gateway makes SQL of it, and <see cref="Matches"/> evaluates it in
/// memory with the same meaning: null makes a comparison unknown, only true matches, text compares by the bytes of its UTF-8 (collation C).
/// </summary>
public abstract record Filter
{
    private Filter()
    {
    }

    /// <summary>Matches every row.</summary>
    public static readonly Filter All = new And([]);

    /// <summary>Whether there is no condition at all.</summary>
    public bool IsAll => this is And { Items.Count: 0 };

    /// <summary><c>eq</c>, <c>neq</c>, <c>gt</c>, <c>gte</c>, <c>lt</c>, <c>lte</c>. Unknown where the field is null.</summary>
    public sealed record Comparison(Field Field, ComparisonOperator Operator, FilterValue Value) : Filter;

    /// <summary><c>in.(…)</c>; at least one value. Unknown where the field is null.</summary>
    public sealed record In(Field Field, IReadOnlyList<FilterValue> Values) : Filter;

    /// <summary><c>is.null</c>. Never unknown.</summary>
    public sealed record IsNull(Field Field) : Filter;

    /// <summary><c>is.true</c> and <c>is.false</c> over a boolean field: SQL <c>IS TRUE</c>, <c>IS FALSE</c>. Never unknown.</summary>
    public sealed record IsTruth(Field Field, bool Value) : Filter;

    /// <summary><c>like</c> and <c>ilike</c> over a text field. Unknown where the field is null.</summary>
    /// <param name="Pattern">In SQL's notation: <c>%</c> any run, <c>_</c> any one character, <c>\</c> before a literal one.</param>
    /// <param name="IgnoreCase">Folds the letters A–Z only, as <c>ILIKE</c> does under collation C.</param>
    public sealed record Like(Field Field, string Pattern, bool IgnoreCase) : Filter;

    public sealed record Not(Filter Item) : Filter;

    /// <summary>True where there is no item.</summary>
    public sealed record And(IReadOnlyList<Filter> Items) : Filter;

    /// <summary>At least one item.</summary>
    public sealed record Or(IReadOnlyList<Filter> Items) : Filter;

    /// <summary>Whether the row matches: unknown counts as no.</summary>
    /// <param name="rows">The buffer the row lies in.</param>
    /// <param name="fields">Where its fields are, in schema order.</param>
    public bool Matches(ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields) => FilterEvaluation.Evaluate(this, rows, fields) == true;

    /// <summary>The filter in query form, such as <c>and=(a.eq.1,b.is.null)</c>; <see cref="FilterParser.ParseQuery"/> reads it back. Empty for <see cref="All"/>.</summary>
    public sealed override string ToString() => FilterPrinter.Print(this);

    /// <summary>The fields that the filter looks at, each once.</summary>
    public IEnumerable<Field> Fields()
    {
        IEnumerable<Field> fields = this switch
        {
            Comparison f => [f.Field],
            In f => [f.Field],
            IsNull f => [f.Field],
            IsTruth f => [f.Field],
            Like f => [f.Field],
            Not f => f.Item.Fields(),
            And f => f.Items.SelectMany(i => i.Fields()),
            Or f => f.Items.SelectMany(i => i.Fields()),
            _ => throw new InvalidOperationException("There is no other filter."),
        };
        return fields.Distinct();
    }
}

public enum ComparisonOperator
{
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// <summary>A value of a field's type.</summary>
public sealed class FilterValue
{
    private readonly byte[] _binary;

    internal FilterValue(FieldType type, byte[] binary)
    {
        Type = type;
        _binary = binary;
        Text = ValueText.Text(type, binary);
    }

    public FieldType Type { get; }

    /// <summary>The value in text that a PostgreSQL cast to <see cref="FieldTypes.PostgresName"/> reads back exactly.</summary>
    public string Text { get; }

    /// <summary>The value in PostgreSQL's binary form.</summary>
    public ReadOnlySpan<byte> Binary => _binary;

    /// <summary>
    /// The value as a parameter for the database driver: string, long, decimal, double, bool, DateOnly, DateTime (UTC), TimeOnly or Guid. A number
    /// that no decimal holds exactly is refused by the parser.
    /// </summary>
    public object Parameter => Type switch
    {
        FieldType.Text => Text,
        FieldType.Integer => RowValue.Int64(_binary),
        FieldType.Number => RowValue.TryNumber(_binary, out var number) ? number : throw new InvalidOperationException("The parser lets only decimals through."),
        FieldType.Double => RowValue.Double(_binary),
        FieldType.Boolean => RowValue.Boolean(_binary),
        FieldType.Date => RowValue.Date(_binary),
        FieldType.Timestamp => RowValue.Timestamp(_binary).UtcDateTime,
        FieldType.Time => RowValue.Time(_binary),
        FieldType.Uuid => RowValue.Uuid(_binary),
        _ => throw new InvalidOperationException("There is no other type."),
    };
}
