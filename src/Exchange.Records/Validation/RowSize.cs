using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Validation;

/// <summary>
/// Tells whether a row fits a page of the store. PostgreSQL moves values longer than a pointer out of the row, but many short ones together can still be too wide.
/// An upper estimate: a row that passes always fits.
/// </summary>
internal sealed class RowSize
{
    private const int Page = 8000;
    private const int Header = 24;
    private const int OffsetColumn = 16;
    private const int OutOfRow = 24;

    private readonly int _fixed;
    private readonly int[] _varying;

    private RowSize(int fixedBytes, int[] varying) => (_fixed, _varying) = (fixedBytes, varying);

    /// <summary>Null where every row of the schema fits.</summary>
    public static RowSize? For(ResourceSchema schema)
    {
        var varying = schema.Fields.Where(f => f.Type is FieldType.Text or FieldType.Number).Select(f => f.Ordinal).ToArray();
        var fixedBytes = Header + OffsetColumn + ((schema.Fields.Count + 8) / 8) + schema.Fields.Sum(f => f.Type switch
        {
            FieldType.Boolean => 1,
            FieldType.Date => 8,
            FieldType.Uuid => 16,
            FieldType.Text or FieldType.Number => 0,
            _ => 16,
        });
        return fixedBytes + (varying.Length * OutOfRow) <= Page ? null : new RowSize(fixedBytes, varying);
    }

    public bool Fits(ReadOnlySpan<FieldSlice> fields)
    {
        var bytes = _fixed;
        foreach (var field in _varying)
        {
            // A short value has a header of one byte.
            if (!fields[field].IsNull) bytes += Math.Min(fields[field].Length + 1, OutOfRow);
        }

        return bytes <= Page;
    }
}
