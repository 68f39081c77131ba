using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace Exchange.Testing.Files;

/// <summary>Writes an XLSX package part by part.</summary>
public sealed class XlsxBook : Book
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private readonly List<(string Name, byte[] Content)> _extra = [];

    public override string Extension => ".xlsx";

    /// <summary>Puts a further part into the package.</summary>
    public XlsxBook With(string part, byte[] content)
    {
        _extra.Add((part, content));
        return this;
    }

    public override byte[] Write()
    {
        var bytes = new MemoryStream();
        using (var package = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put(package, "[Content_Types].xml", $"""
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
                <Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
                {Each((_, i) => $"<Override PartName=\"/xl/worksheets/sheet{i}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>")}
                <Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>
                """);
            Put(package, "_rels/.rels", $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{Relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Put(package, "xl/workbook.xml", $"""
                <workbook xmlns="{Main}" xmlns:r="{Relations}"><workbookPr{(Is1904 ? " date1904=\"1\"" : "")}/><sheets>{Each((s, i) =>
                $"<sheet name=\"{SecurityElement.Escape(s.Name)}\" sheetId=\"{i}\"{(s.State is null ? "" : $" state=\"{s.State}\"")} r:id=\"rId{i}\"/>")}</sheets></workbook>
                """);
            Put(package, "xl/_rels/workbook.xml.rels", $"""
                <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{Each((_, i) =>
                $"<Relationship Id=\"rId{i}\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>")}<Relationship Id="rIdS" Type="{Relations}/styles" Target="styles.xml"/></Relationships>
                """);
            Put(package, "xl/styles.xml", Styles());
            for (var i = 0; i < Sheets.Count; i++) Put(package, $"xl/worksheets/sheet{i + 1}.xml", XlsxSheetXml.Write(Sheets[i]));
            foreach (var (name, content) in _extra)
            {
                using var part = package.CreateEntry(name).Open();
                part.Write(content);
            }
        }

        return bytes.ToArray();
    }

    private string Each(Func<BookSheet, int, string> write) => string.Concat(Sheets.Select((s, i) => write(s, i + 1)));

    private static void Put(ZipArchive package, string name, string xml)
    {
        using var part = new StreamWriter(package.CreateEntry(name, CompressionLevel.Fastest).Open(), new UTF8Encoding(false));
        part.Write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml);
    }

    private static string Styles()
    {
        var formats = BookStyle.All.Where(s => s.IsCustom).ToList();
        var custom = string.Concat(formats.Select(f => $"<numFmt numFmtId=\"{f.Id}\" formatCode=\"{SecurityElement.Escape(f.Format)}\"/>"));
        var uses = string.Concat(BookStyle.All.Select(f => $"<xf numFmtId=\"{f.Id}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"));
        return string.Create(CultureInfo.InvariantCulture, $"""
            <styleSheet xmlns="{Main}"><numFmts count="{formats.Count}">{custom}</numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>
            <cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="{BookStyle.All.Count + 1}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>{uses}</cellXfs></styleSheet>
            """);
    }
}
