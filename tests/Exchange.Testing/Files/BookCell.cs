namespace Exchange.Testing.Files;

/// <summary>Cells that are more than a plain value.</summary>
public static class BookCell
{
    /// <summary>A number with a style; dates are numbers too.</summary>
    public static object Styled(double number, BookStyle style) => new StyledCell(number, style);

    /// <summary>A cell that shows an error, such as <c>#N/A</c>.</summary>
    public static object Error(string error) => new ErrorCell(error);

    /// <param name="formula">Stands in XLSX files only: XLS files have formulas as tokens, which nobody reads here.</param>
    /// <param name="value">The stored value: a number, a styled number, text, a boolean or an error; null for a formula that was never calculated, which XLS cannot tell.</param>
    public static object Formula(string formula, object? value) => new FormulaCell(formula, value, IsArray: false);

    /// <summary>A formula entered as one of an array, over this cell alone.</summary>
    public static object ArrayFormula(string formula, object value) => new FormulaCell(formula, value, IsArray: true);
}

/// <param name="Index">Place among the styles.</param>
/// <param name="Format">The number format.</param>
/// <param name="Id">The number format's number; below 164 it is one that every spreadsheet knows, and is not written out.</param>
public sealed record BookStyle(int Index, string Format, int Id)
{
    public static readonly BookStyle Date = Custom(1, "yyyy/m/d");
    public static readonly BookStyle Moment = Custom(2, "yyyy-mm-dd hh:mm:ss");
    public static readonly BookStyle TimeOfDay = Custom(3, "h:mm:ss");
    public static readonly BookStyle SixDigits = Custom(4, "000000");
    public static readonly BookStyle Whole = Custom(5, "0");

    /// <summary>The date format of whichever country the file is opened in.</summary>
    public static readonly BookStyle LocalDate = new(6, "m/d/yyyy", 14);

    public static readonly IReadOnlyList<BookStyle> All = [Date, Moment, TimeOfDay, SixDigits, Whole, LocalDate];

    internal bool IsCustom => Id >= FirstCustom;

    private const int FirstCustom = 164;

    private static BookStyle Custom(int index, string format) => new(index, format, FirstCustom + index);
}

internal sealed record StyledCell(double Number, BookStyle Style);

internal sealed record ErrorCell(string Error);

internal sealed record FormulaCell(string Formula, object? Value, bool IsArray);
