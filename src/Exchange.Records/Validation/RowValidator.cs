using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Validation;

/// <summary>What a tuple of the change layout does.</summary>
public enum ChangeOperation : byte
{
    /// <summary><c>U</c>: insert or update; all fields are set.</summary>
    Upsert = (byte)'U',

    /// <summary><c>D</c>: delete; only the key fields are set.</summary>
    Delete = (byte)'D',
}

/// <summary>
/// A validator compiled from a schema, over rows in binary COPY layout. Refuses first whatever PostgreSQL would refuse
/// (invalid UTF-8, U+0000, malformed numerics, dates out of range, keys too long for an index, rows too wide for a page). Immutable and safe to share between threads.
/// Per field the first broken rule is told, and a warning only where no rule is broken.
/// </summary>
public sealed class RowValidator
{
    /// <summary>Bytes that the text and number fields of a key may have together, so that a B-tree can hold it.</summary>
    public const int MaxKeyBytes = 2600;

    private static readonly Finding KeyTooLong = new(ErrorCodes.KeyTooLong, "2600");
    private static readonly Finding RowTooLarge = new(ErrorCodes.RowTooLarge, null);
    private static readonly Finding Required = new(ErrorCodes.ValueRequired, null);
    private static readonly Finding RowRagged = new(ErrorCodes.RowRagged, null);
    private static readonly Finding DigitsLost = new(ErrorCodes.ValueDigitsLost, null);
    private static readonly Finding CellError = new(ErrorCodes.ValueCellError, null);
    private static readonly Finding FormulaUncalculated = new(ErrorCodes.ValueUncalculated, null);
    private static readonly Finding LineUnreadable = new(ErrorCodes.LineUnreadable, null);
    private static readonly Finding DeleteHoldsValue = new(ErrorCodes.DeleteHoldsValue, null);

    private readonly string[] _names;
    private readonly bool[] _nullable;
    private readonly FieldCheck[] _checks;
    private readonly int[] _keys;
    private readonly int[] _keysOfAnyLength;
    private readonly RowSize? _size;

    private RowValidator(ResourceSchema schema, ValidatorOptions options)
    {
        Schema = schema;
        _names = [.. schema.Fields.Select(f => f.Name)];
        _nullable = [.. schema.Fields.Select(f => f.Nullable)];
        _checks = [.. schema.Fields.Select(f => FieldCheck.Compile(f, options))];
        _keys = [.. schema.Keys.Select(f => f.Ordinal)];
        _keysOfAnyLength = [.. schema.Keys.Where(f => f.Type is FieldType.Text or FieldType.Number).Select(f => f.Ordinal)];
        _size = RowSize.For(schema);
    }

    public ResourceSchema Schema { get; }

    public static RowValidator Compile(ResourceSchema schema) => new(schema, ValidatorOptions.Default);

    public static RowValidator Compile(ResourceSchema schema, ValidatorOptions options) => new(schema, options);

    /// <summary>
    /// Checks one tuple at the start of <paramref name="rows"/> and tells its length, so that the caller can go on to the next.
    /// </summary>
    /// <param name="rows">Bytes that begin with a tuple.</param>
    /// <param name="row">Place of the row in its batch, for the violations.</param>
    /// <param name="violations">Gets what the row breaks, in field order.</param>
    /// <param name="length">Bytes the tuple takes; 0 where the frame is broken.</param>
    /// <returns>True where the row may be stored (warnings allowed). Fails with <see cref="ErrorCodes.RowsMalformed"/> where the frame itself is broken.</returns>
    public Result<bool> Check(ReadOnlySpan<byte> rows, int row, List<Violation> violations, out int length)
    {
        Span<FieldSlice> fields = stackalloc FieldSlice[_checks.Length];
        return Check(rows, row, violations, fields, out length);
    }

    /// <summary>As the other, and also tells where each field's bytes are.</summary>
    /// <param name="fields">One place per field of the schema; offsets count from the start of <paramref name="rows"/>.</param>
    public Result<bool> Check(ReadOnlySpan<byte> rows, int row, List<Violation> violations, Span<FieldSlice> fields, out int length)
    {
        if (ReadFrame(rows, fields, out length) is { } fault) return fault.ToError();
        return CheckFields(rows, fields, row, violations);
    }

    /// <summary>
    /// Checks one tuple of the change layout: a field of one byte, <c>U</c> or <c>D</c>, then the fields of the schema. Of a delete only the key is checked, and the other fields must be null.
    /// </summary>
    /// <param name="fields">One place per field of the schema and one before them for the operation.</param>
    /// <returns>As <see cref="Check(ReadOnlySpan{byte}, int, List{Violation}, out int)"/>; an unknown operation counts as a broken frame.</returns>
    public Result<bool> CheckChange(
        ReadOnlySpan<byte> rows, int row, List<Violation> violations, Span<FieldSlice> fields, out int length, out ChangeOperation operation)
    {
        operation = ChangeOperation.Upsert;
        if (ReadFrame(rows, fields, out length) is { } fault) return fault.ToError();
        var first = fields[0];
        if (first.Length != 1 || rows[first.Offset] is not ((byte)ChangeOperation.Upsert or (byte)ChangeOperation.Delete))
        {
            length = 0;
            return new RowFault(first.Offset, "the operation is neither U nor D", "操作既不是 U 也不是 D").ToError();
        }

        operation = (ChangeOperation)rows[first.Offset];
        return operation == ChangeOperation.Upsert
            ? CheckFields(rows, fields[1..], row, violations)
            : CheckDelete(rows, fields[1..], row, violations);
    }

    /// <summary>As the other, for callers that need no field places.</summary>
    public Result<bool> CheckChange(ReadOnlySpan<byte> rows, int row, List<Violation> violations, out int length, out ChangeOperation operation)
    {
        Span<FieldSlice> fields = stackalloc FieldSlice[_checks.Length + 1];
        return CheckChange(rows, row, violations, fields, out length, out operation);
    }

    private static RowFault? ReadFrame(ReadOnlySpan<byte> rows, Span<FieldSlice> fields, out int length)
    {
        length = 0;
        if (rows.IsEmpty) return new RowFault(0, "the field count is cut off", "字段数被截断");
        var reader = new RowReader(rows);
        if (!reader.ReadRow(fields)) return reader.Fault;
        length = reader.RowEnd;
        return null;
    }

    private bool CheckFields(ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields, int row, List<Violation> violations)
    {
        var good = true;
        var checks = _checks;
        for (var i = 0; i < checks.Length; i++)
        {
            var slice = fields[i];
            var finding = slice.IsNull
                ? (_nullable[i] ? null : Required)
                : checks[i].Check(rows.Slice(slice.Offset, slice.Length));
            if (finding is null) continue;
            var reason = slice.IsNull ? null : BadCell.Reason(rows.Slice(slice.Offset, slice.Length));
            if (i == 0 && reason == BadCellReason.RowRagged) return Report(violations, row, null, RowRagged);
            good &= Report(violations, row, _names[i], Told(reason) ?? finding);
        }

        if (KeyIsTooLong(fields)) good = Report(violations, row, null, KeyTooLong);
        if (_size is not null && !_size.Fits(fields)) good = Report(violations, row, null, RowTooLarge);
        return good;
    }

    /// <summary>What a source says of a cell that it could not turn into a value; null where only the type is wrong.</summary>
    private static Finding? Told(BadCellReason? reason) => reason switch
    {
        BadCellReason.DigitsLost => DigitsLost,
        BadCellReason.CellError => CellError,
        BadCellReason.FormulaUncalculated => FormulaUncalculated,
        BadCellReason.LineUnreadable => LineUnreadable,
        _ => null,
    };

    private bool CheckDelete(ReadOnlySpan<byte> rows, ReadOnlySpan<FieldSlice> fields, int row, List<Violation> violations)
    {
        var good = true;
        for (var i = 0; i < _checks.Length; i++)
        {
            var slice = fields[i];
            var isKey = Array.IndexOf(_keys, i) >= 0;
            var finding = (isKey, slice.IsNull) switch
            {
                (true, true) => Required,
                (true, false) => _checks[i].Check(rows.Slice(slice.Offset, slice.Length)),
                (false, true) => null,
                (false, false) => DeleteHoldsValue,
            };
            if (finding is null) continue;
            var reason = slice.IsNull ? null : BadCell.Reason(rows.Slice(slice.Offset, slice.Length));
            good &= Report(violations, row, _names[i], Told(reason) ?? finding);
        }

        return KeyIsTooLong(fields) ? Report(violations, row, null, KeyTooLong) : good;
    }

    private bool KeyIsTooLong(ReadOnlySpan<FieldSlice> fields)
    {
        var bytes = 0L;
        foreach (var key in _keysOfAnyLength) bytes += fields[key].Length;
        return bytes > MaxKeyBytes;
    }

    private static bool Report(List<Violation> violations, int row, string? field, Finding finding)
    {
        violations.Add(new Violation(row, field, finding.Code, finding.Limit, finding.IsWarning));
        return finding.IsWarning;
    }
}
