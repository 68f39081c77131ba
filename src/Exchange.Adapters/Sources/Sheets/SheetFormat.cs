using Exchange.Adapters.Sources.Files;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>Excel files: looks at the package before it is opened, chooses the sheet, finds the header and counts the records before anything is published.</summary>
internal sealed class SheetFormat(SheetSourceModel model, ResourceSchema schema) : IFileFormat
{
    public IFileExamination Examine() => new Examination(model, schema);

    private sealed class Examination(SheetSourceModel model, ResourceSchema schema) : IFileExamination
    {
        private readonly WorkbookBytes _bytes = new();

        public Error? Add(ReadOnlySpan<byte> bytes) => _bytes.Add(bytes);

        public Result<FileRecords> Open(FileStream file, CancellationToken cancellation)
        {
            var kind = _bytes.Conclude();
            if (kind.IsError) return kind.Error;
            Workbook? workbook = null;
            try
            {
                var marks = kind.Value == WorkbookKind.Package ? PackageScan.Run(file, cancellation) : BiffScan.Run(file, cancellation);
                if (marks.IsError) return marks.Error;
                workbook = Workbook.Open(file, kind.Value, marks.Value);
                var records = SheetRecords.Open(workbook, model, schema, cancellation);
                if (!records.IsError) workbook = null;
                return records;
            }
            catch (Exception e) when (WorkbookFaults.Of(e) is { } error)
            {
                return error;
            }
            finally
            {
                workbook?.Dispose();
            }
        }
    }
}
