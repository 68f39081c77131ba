using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>Where a sheet's header is and which column each field has.</summary>
/// <param name="LastRow">Last row of the header, from 1; the data begins below it.</param>
/// <param name="Columns">Column, from 0, by field ordinal.</param>
/// <param name="Rows">The texts of the header's own cells, row by row, to know the header again where it is repeated.</param>
internal sealed record SheetHeader(int LastRow, IReadOnlyList<int> Columns, IReadOnlyList<string[]> Rows)
{
    /// <summary>Among so many rows a header is looked for.</summary>
    public const int RowsSearched = 50;

    /// <summary>Columns up to here, from 0, concern the table.</summary>
    public int LastColumn { get; } = Columns.Max();

    /// <summary>Takes the top of a sheet and finds the header in it. Fails as <see cref="ColumnBinding.Bind"/> does, for the row that fits best.</summary>
    public static Result<SheetHeader> Find(SheetReader sheet, SheetSourceModel model, ResourceSchema schema)
    {
        var last = (model.HeaderRow ?? RowsSearched) + model.HeaderRows - 1;
        var own = new List<string[]>();
        while (own.Count < last && sheet.Read()) own.Add([.. sheet.Cells.ToArray().Select(c => Normal(c.TextFor(FieldType.Text).Text))]);
        var filled = Fill(own, sheet);
        var wanted = schema.Fields.ToDictionary(f => f.Name, f => Normal(model.Columns.Headers.GetValueOrDefault(f.Name) ?? f.Name), StringComparer.Ordinal);
        var best = (Error: NoHeader(), Fitting: -1);
        for (var first = model.HeaderRow ?? 1; first <= (model.HeaderRow ?? own.Count) && first + model.HeaderRows - 1 <= own.Count; first++)
        {
            var names = Join(filled.GetRange(first - 1, model.HeaderRows), model.HeaderJoin);
            var bound = Bind(names, first, sheet, model, schema, wanted);
            if (!bound.IsError) return new SheetHeader(first + model.HeaderRows - 1, bound.Value, own.GetRange(first - 1, model.HeaderRows));
            var fitting = wanted.Values.Count(w => names.Contains(w, StringComparer.Ordinal));
            if (fitting > best.Fitting) best = (bound.Error, fitting);
        }

        return best.Error;
    }

    /// <summary>White space is no part of a name: headers are broken and spaced to fit their columns.</summary>
    public static string Normal(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    /// <summary>Whether a row repeats a row of the header, as sheets made for printing do.</summary>
    public bool IsRepeatedBy(ReadOnlySpan<SheetCell> cells)
    {
        foreach (var row in Rows)
        {
            var (same, named) = (true, false);
            foreach (var column in Columns)
            {
                var text = Normal(cells[column].TextFor(FieldType.Text).Text);
                same &= text == row[column];
                named |= text.Length > 0;
            }

            if (same && named) return true;
        }

        return false;
    }

    private static Result<int[]> Bind(
        string[] names, int row, SheetReader sheet, SheetSourceModel model, ResourceSchema schema, IReadOnlyDictionary<string, string> wanted)
    {
        var taken = wanted.Values.ToHashSet(StringComparer.Ordinal);
        var places = Enumerable.Range(0, names.Length)
            .Where(i => names[i].Length > 0 && (model.Columns.RefusesExtra || taken.Contains(names[i])))
            .Where(i => model.Hidden != HiddenContent.Skip || !sheet.IsHiddenColumn(i))
            .ToArray();
        var bound = ColumnBinding.Bind([.. places.Select(p => names[p])], row, schema, wanted, _ => false);
        if (bound.IsError) return bound;
        var columns = bound.Value.Select(b => places[b]).ToArray();
        var hidden = columns.Where(sheet.IsHiddenColumn).Select(c => names[c]).ToList();
        if (hidden.Count == 0 || model.Hidden == HiddenContent.Read) return columns;
        var list = string.Join(", ", hidden);
        return ErrorCodes.SheetHides.With(("sheet", sheet.Sheet), ("what", $"columns {list}"), ("what:zh", $"列 {list}"));
    }

    /// <summary>Writes each merged cell's text into all that it covers.</summary>
    private static List<string[]> Fill(List<string[]> own, SheetReader sheet)
    {
        var filled = own.ConvertAll(r => (string[])r.Clone());
        var left = 4L * own.Count * sheet.Width;
        foreach (var range in sheet.MergesAbove(own.Count))
        {
            if (range.FromColumn >= sheet.Width) continue;
            for (var row = range.FromRow; row <= Math.Min(range.ToRow, own.Count - 1); row++)
            {
                for (var column = range.FromColumn; column <= Math.Min(range.ToColumn, sheet.Width - 1); column++)
                {
                    if (left-- == 0) throw new InvalidDataException("Merged cells overlap.");
                    filled[row][column] = own[range.FromRow][range.FromColumn];
                }
            }
        }

        return filled;
    }

    private static string[] Join(List<string[]> rows, string join)
    {
        var names = new string[rows[0].Length];
        for (var i = 0; i < names.Length; i++) names[i] = string.Join(join, rows.Select(r => r[i]).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal));
        return names;
    }

    private static Error NoHeader() => ErrorCodes.SchemaDrift.With(("change", "the sheet has no row where the header should be"), ("change:zh", "工作表在应有表头处没有内容"));
}
