using System.Globalization;
using System.Security;
using System.Text;

namespace Exchange.Testing.Files;

/// <summary>One sheet: rows of cells, as they stand in the XML.</summary>
public sealed class XlsxSheet(string name, string? state)
{
    private readonly StringBuilder _rows = new();
    private readonly List<string> _merges = [];
    private readonly List<int> _hiddenColumns = [];
    private int _row;

    public string Name { get; } = name;

    public string? State { get; } = state;

    /// <summary>Adds a row. Cells are text, numbers, booleans, null, or what the functions of this class make.</summary>
    public XlsxSheet Row(params object?[] cells) => Append(cells, isHidden: false);

    public XlsxSheet HiddenRow(params object?[] cells) => Append(cells, isHidden: true);

    /// <summary>Merges a range such as <c>A1:C1</c>.</summary>
    public XlsxSheet Merge(string range)
    {
        _merges.Add(range);
        return this;
    }

    /// <summary>Hides a column, from 1.</summary>
    public XlsxSheet HideColumn(int column)
    {
        _hiddenColumns.Add(column);
        return this;
    }

    /// <summary>A number with a style; dates are numbers too.</summary>
    public static object Styled(double number, XlsxStyle style) => new Raw($" s=\"{style.Index}\"", $"<v>{number.ToString("R", CultureInfo.InvariantCulture)}</v>");

    public static object Error(string error) => new Raw(" t=\"e\"", $"<v>{SecurityElement.Escape(error)}</v>");

    /// <param name="value">The stored value, a number; null for a formula that was never calculated.</param>
    public static object Formula(string formula, double? value) => new Raw("", $"<f>{SecurityElement.Escape(formula)}</f>{(value is { } v ? $"<v>{v.ToString("R", CultureInfo.InvariantCulture)}</v>" : "")}");

    internal string Write()
    {
        var columns = _hiddenColumns.Count == 0 ? "" : $"<cols>{string.Concat(_hiddenColumns.Select(c => $"<col min=\"{c}\" max=\"{c}\" width=\"9\" hidden=\"1\"/>"))}</cols>";
        var merges = _merges.Count == 0 ? "" : $"<mergeCells count=\"{_merges.Count}\">{string.Concat(_merges.Select(m => $"<mergeCell ref=\"{m}\"/>"))}</mergeCells>";
        return $"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{columns}<sheetData>{_rows}</sheetData>{merges}</worksheet>";
    }

    private XlsxSheet Append(object?[] cells, bool isHidden)
    {
        _row++;
        _rows.Append(CultureInfo.InvariantCulture, $"<row r=\"{_row}\"{(isHidden ? " hidden=\"1\"" : "")}>");
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] is null) continue;
            var raw = cells[i] switch
            {
                Raw made => made,
                string text => new Raw(" t=\"inlineStr\"", $"<is><t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t></is>"),
                bool flag => new Raw(" t=\"b\"", flag ? "<v>1</v>" : "<v>0</v>"),
                _ => new Raw("", $"<v>{Convert.ToDouble(cells[i], CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)}</v>"),
            };
            _rows.Append(CultureInfo.InvariantCulture, $"<c r=\"{ColumnName(i)}{_row}\"{raw.Attributes}>{raw.Content}</c>");
        }

        _rows.Append("</row>");
        return this;
    }

    private static string ColumnName(int column) => (column >= 26 ? ColumnName((column / 26) - 1) : "") + (char)('A' + (column % 26));

    private sealed record Raw(string Attributes, string Content);
}
