using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Files;

/// <summary>CSV files: settles the encoding, finds the header and counts the records before anything is published.</summary>
internal sealed class CsvFormat(CsvSourceModel model, ResourceSchema schema) : IFileFormat
{
    public IFileExamination Examine() => new Examination(model, schema);

    private sealed class Examination(CsvSourceModel model, ResourceSchema schema) : IFileExamination
    {
        private const int ChunkBytes = 256 * 1024;

        private readonly EncodingProof _proof = new(model.HeaderLine);
        private readonly LineLimit _lines = new();

        public Error? Add(ReadOnlySpan<byte> bytes)
        {
            if (model.Encoding is null) _proof.Add(bytes);
            return _lines.Add(bytes);
        }

        public Result<FileRecords> Open(FileStream file, CancellationToken cancellation)
        {
            var settled = model.Encoding ?? _proof.Conclude();
            var encoding = settled.IsError ? settled : Check(file, settled.Value, cancellation);
            if (encoding.IsError) return encoding.Error;
            var counted = Count(file, encoding.Value, cancellation);
            return counted.IsError ? counted.Error : new Records(file, encoding.Value, model, schema, counted.Value);
        }

        /// <summary>A byte order mark and evidence are of the whole; each byte must fit all the same.</summary>
        private static Result<TextEncoding> Check(FileStream file, TextEncoding encoding, CancellationToken cancellation)
        {
            var check = new DeclaredEncoding(encoding);
            var chunk = new byte[ChunkBytes];
            file.Position = 0;
            for (var read = file.Read(chunk); read > 0; read = file.Read(chunk))
            {
                cancellation.ThrowIfCancellationRequested();
                check.Add(chunk.AsSpan(0, read));
            }

            return check.Conclude();
        }

        /// <summary>Splits the whole file into records, without converting them; fails where the header does not fit or the text is no CSV.</summary>
        private Result<long> Count(FileStream file, TextEncoding encoding, CancellationToken cancellation)
        {
            var csv = CsvText.OpenAtHeader(file, encoding, model);
            if (csv is null) return ErrorCodes.CsvMalformed.With(("line", model.HeaderLine), ("offset", 0), ("reason", "there is no header"), ("reason:zh", "没有表头"));
            var isSingle = csv.Count == 1;
            var bound = CsvText.Bind(csv, model, schema);
            if (bound.IsError) return bound.Error;
            var records = 0L;
            while (csv.ReadRecord())
            {
                if ((records & 0xFFF) == 0) cancellation.ThrowIfCancellationRequested();
                // Of a single column, an empty line is an empty cell.
                if (csv.IsBlank && !isSingle) continue;
                if (model.Columns.IsFooter(csv[0])) break;
                records++;
            }

            return csv.Fault is { } fault ? fault.ToError() : Math.Max(0, records - model.FooterLines);
        }
    }

    private sealed class Records : FileRecords
    {
        private readonly CsvRowReader _reader;
        private readonly TextEncoding _encoding;

        public Records(FileStream file, TextEncoding encoding, CsvSourceModel model, ResourceSchema schema, long count)
        {
            var csv = CsvText.OpenAtHeader(file, encoding, model) ?? throw new InvalidDataException("The header is gone.");
            _reader = CsvText.Bind(csv, model, schema).Value;
            (Count, _encoding) = (count, encoding);
        }

        public override long Line => _reader.Line;

        public override (string Zh, string En) Form => (_encoding.Name, _encoding.Name);

        public override CsvRowOutcome Read(RowWriter output) => _reader.Read(output);

        public override void Dispose()
        {
            // The file is its opener's.
        }
    }
}
