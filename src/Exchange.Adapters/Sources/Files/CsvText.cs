using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Files;

/// <summary>Opens the text of a CSV file so that line numbers are those of the file, and goes to its header.</summary>
internal static class CsvText
{
    private const int BufferBytes = 128 * 1024;

    /// <returns>A reader that stands at the header; null where the file ends above it.</returns>
    public static CsvReader? OpenAtHeader(FileStream file, TextEncoding encoding, CsvSourceModel model)
    {
        file.Position = 0;
        // The reader takes the encoding's own byte order mark off.
        var text = new StreamReader(file, encoding.Strict, detectEncodingFromByteOrderMarks: false, BufferBytes, leaveOpen: true);
        var csv = new CsvReader(new BlankedLines(text, model.HeaderLine - 1), model.Delimiter);
        for (var line = 1; line < model.HeaderLine; line++) csv.ReadRecord();
        return csv.ReadRecord() ? csv : null;
    }

    /// <summary>Binds the header, where the reader stands, to the schema.</summary>
    public static Result<CsvRowReader> Bind(CsvReader csv, CsvSourceModel model, ResourceSchema schema)
    {
        var ignored = new HashSet<string>(StringComparer.Ordinal);
        if (!model.Columns.RefusesExtra)
            for (var i = 0; i < csv.Count; i++) ignored.Add(csv[i].Trim().ToString());
        return CsvRowReader.Bind(csv, schema, model.Columns.Cells, model.Columns.Headers, ignored);
    }

    /// <summary>Gives the first lines as empty ones: a preamble is no CSV, and a quote in it must not swallow the header.</summary>
    private sealed class BlankedLines(TextReader text, int lines) : TextReader
    {
        private int _left = lines;

        public override int Read(char[] buffer, int index, int count)
        {
            if (_left == 0) return text.Read(buffer, index, count);
            if (count == 0) return 0;
            int read;
            while ((read = text.Read()) is not ('\n' or '\r'))
                if (read < 0) return 0;
            if (read == '\r' && text.Peek() == '\n') _ = text.Read();
            _left--;
            buffer[index] = '\n';
            return 1;
        }

        public override int Read() => throw new NotSupportedException();

        public override int Peek() => throw new NotSupportedException();
    }
}
