using System.Globalization;
using System.Xml;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>Reads the XML parts of a package, one after the other, in any order: each must be well-formed, and of sheets the cells without a value are remembered.</summary>
internal sealed class PackageParts
{
    private const string WorkbookPart = "xl/workbook.xml";
    private const string Relations = "xl/_rels/workbook.xml.rels";

    private static readonly XmlReaderSettings Safe = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreWhitespace = true };

    private readonly Dictionary<string, CellMarks> _marks = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _targets = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Relation)> _sheets = [];
    private bool _hasWorkbook;
    private int _count;

    /// <exception cref="XmlException">The part is not well-formed, or has a document type definition.</exception>
    public void Read(string part, Stream stream)
    {
        _hasWorkbook |= part == WorkbookPart;
        using var xml = XmlReader.Create(stream, Safe);
        if (part.StartsWith("xl/worksheets/", StringComparison.OrdinalIgnoreCase) && !part.EndsWith(".rels", StringComparison.OrdinalIgnoreCase)) ReadSheet(part, xml);
        else while (xml.Read()) Note(part, xml);
    }

    /// <returns>By sheet name, the cells that have no value.</returns>
    public Result<Dictionary<string, CellMarks>> Conclude()
    {
        if (!_hasWorkbook) return Corrupt("it is a package, but no XLSX workbook; save it as XLSX", "它不是 XLSX 工作簿，请另存为 XLSX");
        if (_count > CellMarks.Most)
            return Corrupt($"more than {CellMarks.Most} cells show errors or formulas without a stored value; open it in Excel and save it", $"超过 {CellMarks.Most} 个单元格是错误值或没有计算结果的公式，请用 Excel 打开并保存");
        var cells = new Dictionary<string, CellMarks>(StringComparer.Ordinal);
        foreach (var (name, relation) in _sheets)
            if (_targets.TryGetValue(relation, out var part) && _marks.TryGetValue(part, out var found)) cells[name] = found;
        return cells;
    }

    private void Note(string part, XmlReader xml)
    {
        if (xml.NodeType != XmlNodeType.Element) return;
        if (part == WorkbookPart && xml.LocalName == "sheet")
            _sheets.Add((xml.GetAttribute("name") ?? "", Relation(xml)));
        else if (part == Relations && xml.LocalName == "Relationship" && xml.GetAttribute("Target") is { } target)
            _targets[xml.GetAttribute("Id") ?? ""] = target.StartsWith('/') ? target[1..] : "xl/" + target;
    }

    /// <summary>The relation's attribute has one of two namespaces, by the standard's flavour.</summary>
    private static string Relation(XmlReader xml)
    {
        for (var more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
            if (xml.LocalName == "id" && xml.NamespaceURI.EndsWith("/relationships", StringComparison.Ordinal)) return xml.Value;
        return "";
    }

    private void ReadSheet(string part, XmlReader xml)
    {
        var (cell, isError, hasFormula, value) = ((string?)null, false, false, (string?)null);
        while (xml.Read())
        {
            switch (xml.NodeType, xml.LocalName)
            {
                case (XmlNodeType.Element, "c"):
                    (cell, isError, hasFormula, value) = (xml.GetAttribute("r"), xml.GetAttribute("t") == "e", false, null);
                    break;
                case (XmlNodeType.Element, "f"):
                    hasFormula = true;
                    break;
                case (XmlNodeType.Element, "v" or "is"):
                    value = "";
                    break;
                case (XmlNodeType.Text, _) when isError && value is "":
                    value = xml.Value;
                    break;
                case (XmlNodeType.EndElement, "c") when cell is not null && (isError || (hasFormula && value is null)) && Place(cell) is { } place:
                    Add(part, place, isError ? value ?? "#" : null);
                    break;
            }
        }
    }

    private void Add(string part, (int Row, int Column) place, string? error)
    {
        if (_count++ >= CellMarks.Most) return;
        if (!_marks.TryGetValue(part, out var cells)) _marks[part] = cells = [];
        cells[place] = new SheetCell(null, Error: error, IsUncalculated: error is null);
    }

    /// <summary>Reads <c>AB12</c>; null where it is no such reference.</summary>
    private static (int Row, int Column)? Place(string reference)
    {
        var letters = 0;
        var column = 0;
        while (letters < reference.Length && letters < 4 && char.IsAsciiLetterUpper(reference[letters])) column = (column * 26) + (reference[letters++] - 'A' + 1);
        if (letters == 0 || !int.TryParse(reference.AsSpan(letters), NumberStyles.None, CultureInfo.InvariantCulture, out var row)) return null;
        return (row - 1, column - 1);
    }

    private static Error Corrupt(string reason, string reasonZh) => ErrorCodes.WorkbookCorrupt.With(("reason", reason), ("reason:zh", reasonZh));
}
