using System.Text;

namespace Exchange.Standalone.Sample;

/// <summary>Writes divisions as the CSV file that an office would hand over: GB18030, Chinese header, CRLF.</summary>
internal static class DivisionFile
{
    public const string Header = "区划代码,区划名称,级别,上级代码";

    private static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;

    /// <summary>Writes beside the watched folder and moves the finished file in, so that it appears there complete.</summary>
    public static void Drop(IReadOnlyList<Division> divisions, string folder, string name)
    {
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folder))!, name + ".draft");
        using (var writer = new StreamWriter(draft, append: false, Gb18030, bufferSize: 1 << 16) { NewLine = "\r\n" })
        {
            writer.WriteLine(Header);
            foreach (var division in divisions)
            {
                writer.Write(division.Code);
                writer.Write(',');
                WriteCell(writer, division.Name);
                writer.Write(',');
                writer.Write(division.Level);
                writer.Write(',');
                writer.WriteLine(division.Parent);
            }
        }

        File.Move(draft, Path.Combine(folder, name));
    }

    private static void WriteCell(StreamWriter writer, string text)
    {
        if (text.AsSpan().IndexOfAny("\",\r\n") < 0)
        {
            writer.Write(text);
            return;
        }

        writer.Write('"');
        writer.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        writer.Write('"');
    }
}
