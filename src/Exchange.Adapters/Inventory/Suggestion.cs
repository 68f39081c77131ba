using System.Globalization;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Inventory;

/// <summary>How sure a suggestion is.</summary>
internal enum Certainty
{
    /// <summary>Some of the values pass the test, and nothing else speaks for it.</summary>
    Possible,

    /// <summary>Name or comment say so, and the values do not deny it.</summary>
    Likely,

    /// <summary>The values say so.</summary>
    Strong,
}

/// <summary>What a column probably holds, and why.</summary>
/// <param name="Evidence">Each reason: words of names and comments, counts, shares and shapes; never a value.</param>
/// <param name="Format">A format that every sampled value has, or null.</param>
internal sealed record Suggestion(FieldKind Kind, Certainty Certainty, IReadOnlyList<Told> Evidence, string? Mask, string? Format)
{
    private const int FewValues = 5;
    private const int ManyValues = 20;
    private const double Most = 0.8;
    private const double Some = 0.2;
    private const double HardlyAny = 0.05;

    /// <summary>Suggests what a column holds; null where nothing speaks for any kind. Pure.</summary>
    public static Suggestion? For(InventoryColumn column, ColumnSample? sample, bool isKey)
    {
        var runs = ColumnWords.Runs(column.Name);
        Suggestion? best = null;
        foreach (var kind in FieldKinds.All)
        {
            if (!CanBe(kind, column.FieldType) || Weigh(kind, column, sample, runs) is not { } found) continue;
            if (best is null || found.Certainty > best.Certainty) best = Complete(found.Certainty, found.Evidence, kind, column, sample, isKey);
        }

        return best;
    }

    private static (Certainty Certainty, List<Told> Evidence)? Weigh(FieldKind kind, InventoryColumn column, ColumnSample? sample, HashSet<string> runs)
    {
        var evidence = new List<Told>();
        var named = Hint(kind, column.Name) ?? kind.Names.FirstOrDefault(runs.Contains);
        var commented = column.Comment is { } comment ? Hint(kind, comment) : null;
        var abbreviated = kind.Abbreviations.FirstOrDefault(runs.Contains);
        var (values, passes) = (sample?.Values ?? 0, PassesOf(kind, sample));
        var share = values == 0 ? 0 : (double)passes / values;
        if ((named ?? (passes > 0 ? abbreviated : null)) is { } word) evidence.Add(new Told($"列名含“{word}”", $"its name has '{word}'"));
        if (commented is not null) evidence.Add(new Told($"注释含“{commented}”", $"its comment has '{commented}'"));
        if (kind.Test is { } test && values > 0)
        {
            var percent = share.ToString("0.#%", CultureInfo.InvariantCulture);
            evidence.Add(new Told($"抽样的 {values} 个值中 {passes} 个（{percent}）符合 {test}", $"{passes} of {values} sampled values ({percent}) pass {test}"));
        }

        var says = (named ?? commented) is not null;
        if (share >= Most && values >= FewValues && (says || abbreviated is not null || (kind.IsProof && values >= ManyValues))) return (Certainty.Strong, evidence);
        if (says && (!kind.IsProof || values < FewValues || share >= HardlyAny)) return (Certainty.Likely, evidence);
        return kind.IsProof && share >= Some && values >= ManyValues ? (Certainty.Possible, evidence) : null;
    }

    private static Suggestion Complete(Certainty certainty, List<Told> evidence, FieldKind kind, InventoryColumn column, ColumnSample? sample, bool isKey)
    {
        if (sample is { Shapes.Count: > 0 })
        {
            evidence.Add(new Told(
                $"形状：{string.Join("；", sample.Shapes.Select(s => $"{s.Key}（{s.Value} 个）"))}", $"shapes: {string.Join("; ", sample.Shapes.Select(s => $"{s.Key} ({s.Value})"))}"));
        }

        var all = kind.Format is not null && column is { FieldType: FieldType.Text, Labels: null } && sample is { Values: >= ManyValues } && PassesOf(kind, sample) == sample.Values;
        return new Suggestion(kind, certainty, evidence, MaskFor(kind.Mask, column.FieldType, isKey), all ? kind.Format : null);
    }

    private static int PassesOf(FieldKind kind, ColumnSample? sample) => kind.Test is { } test ? sample?.Passes.GetValueOrDefault(test) ?? 0 : 0;

    /// <summary>A mask that a grant may put on the field: keys take pseudonyms only, and only dates become years.</summary>
    private static string? MaskFor(string? mask, FieldType? type, bool isKey) => mask switch
    {
        null => null,
        _ when isKey => type == FieldType.Text ? Masks.Pseudonym : null,
        Masks.Year => type == FieldType.Date ? mask : null,
        _ => type == FieldType.Text ? mask : null,
    };

    private static bool CanBe(FieldKind kind, FieldType? type) => type switch
    {
        FieldType.Text => true,
        FieldType.Integer or FieldType.Number or FieldType.Double => kind.Personal is "phone" or "account" or "income" or "id" or "sex" or "ethnicity" || kind.Test == ValueTests.Division,
        FieldType.Date or FieldType.Timestamp => kind.Personal == "birth",
        _ => false,
    };

    private static string? Hint(FieldKind kind, string text) =>
        kind.Words.FirstOrDefault(w => text.Contains(w, StringComparison.Ordinal)) is { } word && !kind.Unless.Any(u => text.Contains(u, StringComparison.OrdinalIgnoreCase)) ? word : null;
}
