using System.Text;

namespace Exchange.Records.Rows;

/// <summary>Why a cell or row could not be turned into the schema's form.</summary>
public enum BadCellReason : byte
{
    /// <summary>The text is no value of the field's type.</summary>
    TypeWrong = (byte)'T',

    /// <summary>The row has more or fewer cells than the header. It stands in the first field, the text is that of the row; the other fields are null.</summary>
    RowRagged = (byte)'R',

    /// <summary>A spreadsheet keeps numbers to 15 digits, and this one has more: its last digits are lost in the file already.</summary>
    DigitsLost = (byte)'D',

    /// <summary>The cell shows a spreadsheet's error, such as <c>#N/A</c>; the text is that error.</summary>
    CellError = (byte)'E',

    /// <summary>The cell holds a formula whose value was never stored.</summary>
    FormulaUncalculated = (byte)'F',

    /// <summary>The line as a whole cannot be read as a record. Its text stands in one field; fields that could be read stand beside it.</summary>
    LineUnreadable = (byte)'L',
}

/// <summary>
/// How a source carries a cell that it could not turn into the field's type, so that the row reaches quarantine with its reason and is not lost.
/// The field's bytes are <see cref="Prefix"/>, one byte <see cref="BadCellReason"/>, the place of the row in UTF-8 (empty where it is not known), a byte 0, and the cell's text in UTF-8 (cut at <see cref="MaxText"/> bytes). No valid value of any type begins so:
/// fixed-size types have 1, 4, 8 or 16 bytes and these are at least 20; a numeric that begins with FF FF would have 65,535 digits; and FF never occurs in UTF-8.
/// </summary>
public static class BadCell
{
    /// <summary>Most bytes of the cell's text that are kept.</summary>
    public const int MaxText = 2000;

    /// <summary>Most bytes of the place.</summary>
    public const int MaxPlace = 300;

    private static readonly byte[] Marker = [0xFF, 0xFF, .. "exchange badcell"u8];

    /// <summary>FF FF and 16 bytes of ASCII.</summary>
    public static ReadOnlySpan<byte> Prefix => Marker;

    /// <summary>Whether a field's bytes carry an unconvertible cell.</summary>
    public static bool Is(ReadOnlySpan<byte> value) => value.Length > Marker.Length && value.StartsWith(Marker);

    /// <summary>Why, or null where the bytes carry no unconvertible cell.</summary>
    public static BadCellReason? Reason(ReadOnlySpan<byte> value) => Is(value) ? (BadCellReason)value[Marker.Length] : null;

    /// <summary>The cell's text as the source had it, or null where the bytes carry none.</summary>
    public static string? Text(ReadOnlySpan<byte> value) => Is(value) ? Encoding.UTF8.GetString(value[(End(value) + 1)..]) : null;

    /// <summary>File and line of the row in its source, as <c>name:line</c>; null where they are not known or the bytes carry no unconvertible cell.</summary>
    public static string? Place(ReadOnlySpan<byte> value) =>
        Is(value) && End(value) is var end && end > Marker.Length + 1 ? Encoding.UTF8.GetString(value[(Marker.Length + 1)..end]) : null;

    // Cells written before places were kept have no byte 0 before their text.
    private static int End(ReadOnlySpan<byte> value)
    {
        var at = value[(Marker.Length + 1)..].IndexOf((byte)0);
        return Marker.Length + (at < 0 ? 0 : 1 + at);
    }
}
