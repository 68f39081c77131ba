using System.Text;
using ExcelDataReader;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>An open workbook. Damage shows as whatever went wrong inside the reader; see <see cref="WorkbookFaults"/>.</summary>
internal sealed class Workbook : IDisposable
{
    /// <summary>No sheet of any format has more.</summary>
    private const int MostRows = 1 << 20;

    private readonly IExcelDataReader _excel;
    private readonly IReadOnlyDictionary<string, CellMarks> _marks;

    private Workbook(IExcelDataReader excel, IReadOnlyDictionary<string, CellMarks> marks) => (_excel, _marks) = (excel, marks);

    /// <param name="file">Stays open when the workbook is closed.</param>
    /// <param name="marks">By sheet name, the cells that have no value.</param>
    public static Workbook Open(FileStream file, IReadOnlyDictionary<string, CellMarks> marks)
    {
        // Old workbooks name their code page.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        file.Position = 0;
        return new Workbook(ExcelReaderFactory.CreateReader(new PatientStream(file), new ExcelReaderConfiguration { LeaveOpen = true }), marks);
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

    /// <exception cref="InvalidDataException">The sheet claims rows that it cannot have: the reader would count through them, without reading a byte.</exception>
    private SheetReader Current() => _excel.RowCount <= MostRows
        ? new(_excel, _marks.GetValueOrDefault(_excel.Name ?? "") ?? CellMarks.None)
        : throw new InvalidDataException($"The sheet claims {_excel.RowCount} rows.");
}
