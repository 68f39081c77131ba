using System.Globalization;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Sheets;

/// <summary>A cell as the workbook has it.</summary>
/// <param name="Value">Text, double, int, boolean, date or duration; null where it is empty.</param>
/// <param name="Format">Number format of a number.</param>
/// <param name="Error">The spreadsheet's error that the cell shows, such as <c>#N/A</c>.</param>
/// <param name="IsUncalculated">A formula whose value was never stored.</param>
internal readonly record struct SheetCell(object? Value, string? Format = null, string? Error = null, bool IsUncalculated = false)
{
    /// <summary>Beyond this a spreadsheet's number has lost digits.</summary>
    private const double DigitsKept = 1e15;

    public bool IsEmpty => Error is null && !IsUncalculated && Value switch
    {
        null => true,
        string text => string.IsNullOrWhiteSpace(text),
        _ => false,
    };

    /// <summary>The cell as text that a field of the type can be read from, or why it cannot be.</summary>
    public (string Text, BadCellReason? Bad) TextFor(FieldType type)
    {
        if (Error is not null) return (Error, BadCellReason.CellError);
        if (IsUncalculated) return ("", BadCellReason.FormulaUncalculated);
        return Value switch
        {
            null => ("", null),
            string text => (text, null),
            bool flag => (flag ? "true" : "false", null),
            double number => Number(number, type),
            int number => Number(number, type),
            DateTime moment => (Moment(moment, type), null),
            TimeSpan duration => (Duration(duration), null),
            _ => (Convert.ToString(Value, CultureInfo.InvariantCulture) ?? "", BadCellReason.TypeWrong),
        };
    }

    /// <summary>All digits, never an exponent; zeros in front where the number format shows them.</summary>
    private (string Text, BadCellReason? Bad) Number(double number, FieldType type)
    {
        if (type == FieldType.Double) return (number.ToString("R", CultureInfo.InvariantCulture), null);
        if (!double.IsFinite(number)) return (number.ToString(CultureInfo.InvariantCulture), BadCellReason.TypeWrong);
        if (Math.Abs(number) >= DigitsKept) return (number.ToString("F0", CultureInfo.InvariantCulture), BadCellReason.DigitsLost);
        // The conversion rounds to 15 digits, which is what a spreadsheet holds: the noise of binary fractions goes.
        var digits = (decimal)number;
        if (digits == 0 && number != 0) return (number.ToString("R", CultureInfo.InvariantCulture), BadCellReason.DigitsLost);
        var text = digits.ToString(CultureInfo.InvariantCulture);
        var isPadded = type == FieldType.Text && Format is { Length: > 1 } && Format.AsSpan().IndexOfAnyExcept('0') < 0 && digits >= 0 && digits == decimal.Truncate(digits);
        return (isPadded ? text.PadLeft(Format!.Length, '0') : text, null);
    }

    private static string Moment(DateTime moment, FieldType type)
    {
        // Serial numbers below 1 are times of day: the first days of the two calendars stand for no date.
        var isTime = moment.TimeOfDay > TimeSpan.Zero && (moment.Year < 1900 || moment.Date == new DateTime(1904, 1, 1));
        if (isTime || type == FieldType.Time) return moment.ToString(isTime ? "HH:mm:ss.FFF" : "yyyy-MM-dd HH:mm:ss.FFF", CultureInfo.InvariantCulture);
        var isDay = moment.TimeOfDay == TimeSpan.Zero && type != FieldType.Timestamp;
        return moment.ToString(isDay ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFF", CultureInfo.InvariantCulture);
    }

    private static string Duration(TimeSpan duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{(duration < TimeSpan.Zero ? "-" : "")}{(long)Math.Abs(duration.TotalHours):00}:{duration:mm\\:ss}");
}
