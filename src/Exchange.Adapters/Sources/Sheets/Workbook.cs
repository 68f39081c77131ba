using System.Text;
using ExcelDataReader;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>An open workbook. Damage shows as whatever went wrong inside the reader; see <see cref="WorkbookFaults"/>.</summary>
internal sealed class Workbook : IDisposable
{
    private readonly IExcelDataReader _excel;
    private readonly IReadOnlyDictionary<string, CellMarks> _marks;
    private readonly (int Rows, int Columns) _most;

    private Workbook(IExcelDataReader excel, WorkbookKind kind, IReadOnlyDictionary<string, CellMarks> marks)
    {
        (_excel, _marks) = (excel, marks);
        // What the two formats can hold.
        _most = kind == WorkbookKind.Package ? (1 << 20, 1 << 14) : (1 << 16, 1 << 8);
    }

    /// <param name="file">Stays open when the workbook is closed.</param>
    /// <param name="kind">What the file is.</param>
    /// <param name="marks">By sheet name, what the reader would not give.</param>
    public static Workbook Open(FileStream file, WorkbookKind kind, IReadOnlyDictionary<string, CellMarks> marks)
    {
        // Old workbooks name their code page.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        file.Position = 0;
        return new Workbook(ExcelReaderFactory.CreateReader(new PatientStream(file), new ExcelReaderConfiguration { LeaveOpen = true }), kind, marks);
    }

    public IReadOnlyList<SheetSummary> Sheets(CancellationToken cancellation)
    {
        var sheets = new List<SheetSummary>();
        _excel.Reset();
        do
        {
            var sheet = Current();
            var isEmpty = true;
            while (isEmpty && sheet.Read())
            {
                if ((sheet.Row & 0xFFF) == 0) cancellation.ThrowIfCancellationRequested();
                foreach (var cell in sheet.Cells) isEmpty &= cell.IsEmpty;
            }

            sheets.Add(new SheetSummary(sheet.Sheet, _excel.VisibleState is null or "visible", isEmpty));
        }
        while (_excel.NextResult());
        return sheets;
    }

    /// <summary>Goes to the top of a sheet.</summary>
    public SheetReader Enter(int sheet)
    {
        _excel.Reset();
        for (var i = 0; i < sheet; i++) _excel.NextResult();
        return Current();
    }

    public void Dispose() => _excel.Dispose();

    /// <exception cref="InvalidDataException">The sheet claims cells that it cannot have: the reader would count through them, without reading a byte.</exception>
    private SheetReader Current() => _excel.RowCount <= _most.Rows && _excel.FieldCount <= _most.Columns
        ? new(_excel, _marks.GetValueOrDefault(_excel.Name ?? "") ?? CellMarks.None)
        : throw new InvalidDataException($"The sheet claims {_excel.RowCount} rows and {_excel.FieldCount} columns.");
}
