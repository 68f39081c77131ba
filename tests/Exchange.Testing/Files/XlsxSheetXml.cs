using System.Globalization;
using System.Security;
using System.Text;

namespace Exchange.Testing.Files;

/// <summary>Writes a sheet as the XML part of an XLSX package.</summary>
internal static class XlsxSheetXml
{
    public static string Write(BookSheet sheet)
    {
        var columns = sheet.HiddenColumns.Count == 0 ? "" : $"<cols>{string.Concat(sheet.HiddenColumns.Select(c => $"<col min=\"{c}\" max=\"{c}\" width=\"9\" hidden=\"1\"/>"))}</cols>";
        var merges = sheet.Merges.Count == 0 ? "" : $"<mergeCells count=\"{sheet.Merges.Count}\">{string.Concat(sheet.Merges.Select(m => $"<mergeCell ref=\"{m.Text}\"/>"))}</mergeCells>";
        var rows = new StringBuilder();
        for (var row = 0; row < sheet.Rows.Count; row++) Append(rows, row + 1, sheet.Rows[row].Cells, sheet.Rows[row].IsHidden);
        return $"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{columns}<sheetData>{rows}</sheetData>{merges}</worksheet>";
    }

    private static void Append(StringBuilder rows, int row, object?[] cells, bool isHidden)
    {
        rows.Append(CultureInfo.InvariantCulture, $"<row r=\"{row}\"{(isHidden ? " hidden=\"1\"" : "")}>");
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] is not { } cell) continue;
            var place = string.Create(CultureInfo.InvariantCulture, $"{ColumnName(i)}{row}");
            var (attributes, content) = cell switch
            {
                string text => (" t=\"inlineStr\"", $"<is><t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t></is>"),
                FormulaCell { Value: null } formula => ("", Formula(formula, place)),
                FormulaCell { Value: { } value } formula => (Attributes(value), Formula(formula, place) + Value(value)),
                _ => (Attributes(cell), Value(cell)),
            };
            rows.Append(CultureInfo.InvariantCulture, $"<c r=\"{place}\"{attributes}>{content}</c>");
        }

        rows.Append("</row>");
    }

    private static string Formula(FormulaCell cell, string place) => $"<f{(cell.IsArray ? $" t=\"array\" ref=\"{place}\"" : "")}>{SecurityElement.Escape(cell.Formula)}</f>";

    private static string Attributes(object value) => value switch
    {
        StyledCell styled => $" s=\"{styled.Style.Index}\"",
        ErrorCell => " t=\"e\"",
        bool => " t=\"b\"",
        string => " t=\"str\"",
        _ => "",
    };

    private static string Value(object value) => value switch
    {
        StyledCell styled => Value(styled.Number),
        ErrorCell error => $"<v>{SecurityElement.Escape(error.Error)}</v>",
        bool flag => flag ? "<v>1</v>" : "<v>0</v>",
        string text => $"<v>{SecurityElement.Escape(text)}</v>",
        _ => $"<v>{Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)}</v>",
    };

    private static string ColumnName(int column) => (column >= 26 ? ColumnName((column / 26) - 1) : "") + (char)('A' + (column % 26));
}
