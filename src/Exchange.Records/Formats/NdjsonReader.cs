using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Records.Formats;

/// <summary>
/// Turns lines of NDJSON into rows of a schema. A field that is not required may be absent, which is null. Whole and decimal numbers may also stand as strings, as the writer puts the large ones.
/// Whether null is allowed and the field's rules hold is the validator's part. Not safe for use by several threads.
/// </summary>
public sealed class NdjsonReader(ResourceSchema schema)
{
    private const int MaxDepth = 8;

    private readonly byte[][] _names = [.. schema.Fields.Select(f => Encoding.UTF8.GetBytes(f.Name))];
    private readonly (int Start, int Length)[] _values = new (int, int)[schema.Fields.Count];
    private readonly bool[] _seen = new bool[schema.Fields.Count];
    private readonly ArrayBufferWriter<byte> _scratch = new(4096);
    private readonly List<ErrorDetail> _findings = [];
    private readonly bool[] _bad = new bool[schema.Fields.Count];
    private readonly int _spare = schema.Fields.FirstOrDefault(f => !f.IsKey)?.Ordinal ?? 0;
    private bool _isObject;
    private bool _fitsNoField;

    /// <summary>Reads one line and writes one tuple.</summary>
    /// <param name="line">The line without its end.</param>
    /// <param name="number">Its number, from 1, for errors.</param>
    /// <param name="offset">Where it begins in the text, in bytes, for errors.</param>
    /// <param name="output">Gets the tuple; untouched where the line fails.</param>
    /// <returns>Fails with <see cref="ErrorCodes.NdjsonMalformed"/>; where the JSON itself is good, the details list unknown, repeated and missing fields and wrong types.</returns>
    public Result<Done> ReadLine(ReadOnlySpan<byte> line, long number, long offset, RowWriter output) => Read(line, number, offset, output, onlyKey: false);

    /// <summary>As <see cref="ReadLine"/>, of an object that need not hold other fields than the key.</summary>
    public Result<Done> ReadKey(ReadOnlySpan<byte> line, long number, long offset, RowWriter output) => Read(line, number, offset, output, onlyKey: true);

    /// <summary>
    /// Writes the tuple of the line that was refused last, for quarantine: what could be read, and a <see cref="BadCell"/> for what could not. The validator refuses it.
    /// </summary>
    public void WriteRefused(ReadOnlySpan<byte> line, RowWriter output)
    {
        if (!_isObject) UnreadableLine.Write(output, _values.Length, line);
        else WriteFields(output, _fitsNoField ? line : default);
    }

    private Result<Done> Read(ReadOnlySpan<byte> line, long number, long offset, RowWriter output, bool onlyKey)
    {
        (_isObject, _fitsNoField) = (false, false);
        Array.Clear(_seen);
        Array.Clear(_bad);
        Array.Fill(_values, (0, -1));
        _scratch.ResetWrittenCount();
        _findings.Clear();
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Malformed(number, offset + reader.TokenStartIndex);
            ReadMembers(ref reader, line, number, onlyKey);
            if (reader.Read()) return Malformed(number, offset + reader.TokenStartIndex);
            _isObject = true;
        }
        catch (JsonException)
        {
            return Malformed(number, offset + reader.BytesConsumed);
        }

        if (_findings.Count > 0) return ErrorCodes.NdjsonMalformed.WithDetails(_findings, ("line", number), ("offset", offset));
        WriteFields(output, default);
        return Done.Value;
    }

    private void ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, long number, bool onlyKey)
    {
        var expected = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var field = Find(ref reader, expected);
            if (field < 0)
            {
                Report(number, SafeName(ref reader), ErrorCodes.FieldUnknown);
                _fitsNoField = true;
                reader.Read();
                reader.Skip();
                continue;
            }

            expected = field + 1;
            if (_seen[field]) Report(number, schema.Fields[field].Name, ErrorCodes.PropertyDuplicate);
            _fitsNoField |= _seen[field];
            _seen[field] = true;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var wrong = ReadValue(ref reader, schema.Fields[field]);
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
            if (wrong is null) continue;
            Report(number, schema.Fields[field].Name, wrong, FieldFormats.Describe(schema.Fields[field].Type));
            KeepWrong(field, wrong, line[start..(int)reader.BytesConsumed]);
        }

        foreach (var field in schema.Fields)
        {
            if (_seen[field.Ordinal] || !field.IsRequired || (onlyKey && !field.IsKey)) continue;
            Report(number, field.Name, ErrorCodes.ValueRequired);
            // A row cannot tell an absent field from null: where null would pass, the line must not.
            _fitsNoField |= field.Nullable;
        }
    }

    // A value that is no UTF-8 stays so; any other becomes a bad cell.
    private void KeepWrong(int field, ErrorCode code, ReadOnlySpan<byte> text)
    {
        var isEncoding = code == ErrorCodes.ValueEncodingWrong;
        var kept = text[..Math.Min(text.Length, BadCell.MaxText)];
        var span = _scratch.GetSpan(kept.Length + 1);
        span[0] = 0xFF;
        kept.CopyTo(span[(isEncoding ? 1 : 0)..]);
        Keep(field, kept.Length + (isEncoding ? 1 : 0));
        _bad[field] = !isEncoding;
    }

    // Most writers keep one order of fields: the next one is the first guess.
    private int Find(ref Utf8JsonReader reader, int expected)
    {
        if (expected < _names.Length && reader.ValueTextEquals(_names[expected])) return expected;
        for (var i = 0; i < _names.Length; i++)
        {
            if (reader.ValueTextEquals(_names[i])) return i;
        }

        return -1;
    }

    private ErrorCode? ReadValue(ref Utf8JsonReader reader, Field field)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (field.Type == FieldType.Text) return reader.TokenType == JsonTokenType.String ? ReadText(ref reader, field.Ordinal) : ErrorCodes.ValueTypeWrong;

        var fits = reader.TokenType switch
        {
            JsonTokenType.Number => field.Type is FieldType.Integer or FieldType.Number or FieldType.Double,
            JsonTokenType.String => field.Type is not (FieldType.Double or FieldType.Boolean),
            JsonTokenType.True or JsonTokenType.False => field.Type == FieldType.Boolean,
            _ => false,
        };
        if (!fits || reader.ValueIsEscaped || reader.ValueSpan.Length > ValueText.MaxLength) return ErrorCodes.ValueTypeWrong;
        var value = _scratch.GetSpan(ValueText.MaxBytes);
        if (!ValueText.TryParse(field.Type, reader.ValueSpan, value, out var length) && !(field.Type == FieldType.Integer && TryWhole(reader.ValueSpan, value, out length)))
            return OutOfRange(reader.TokenType, field.Type) ? ErrorCodes.ValueOutOfRange : ErrorCodes.ValueTypeWrong;
        Keep(field.Ordinal, length);
        return null;
    }

    // A number token that does not fit a number field can only be too large or too fine; for an integer it may also have decimals.
    private static bool OutOfRange(JsonTokenType token, FieldType type) => token == JsonTokenType.Number && type is FieldType.Number or FieldType.Double;

    // JSON Schema counts 1.0 and 1e3 as integers.
    internal static bool TryWhole(ReadOnlySpan<byte> text, Span<byte> output, out int length)
    {
        length = 8;
        Span<byte> numeric = stackalloc byte[PgNumeric.MaxBytes];
        if (PgNumeric.Parse(text, numeric, out var written) != NumberText.Good || !PgNumeric.TryRead(numeric[..written], out var value)) return false;
        if (value != decimal.Truncate(value) || value < long.MinValue || value > long.MaxValue) return false;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(output, (long)value);
        return true;
    }

    private ErrorCode? ReadText(ref Utf8JsonReader reader, int field)
    {
        var span = _scratch.GetSpan(reader.ValueSpan.Length);
        int length;
        try
        {
            length = reader.CopyString(span);
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say: not UTF-8, or half a surrogate pair.
            return ErrorCodes.ValueEncodingWrong;
        }

        if (span[..length].Contains((byte)0)) return ErrorCodes.ValueEncodingWrong;
        Keep(field, length);
        return null;
    }

    private void Keep(int field, int length)
    {
        _values[field] = (_scratch.WrittenCount, length);
        _scratch.Advance(length);
    }

    /// <param name="unplaced">The line, where something in it belongs to no field: it takes the place of a field that is not of the key.</param>
    private void WriteFields(RowWriter output, ReadOnlySpan<byte> unplaced)
    {
        output.StartRow(_values.Length);
        for (var i = 0; i < _values.Length; i++)
        {
            var (start, length) = _values[i];
            if (i == _spare && !unplaced.IsEmpty) output.WriteBadCell(unplaced, BadCellReason.LineUnreadable);
            else if (length < 0) output.WriteNull();
            else if (_bad[i]) output.WriteBadCell(_scratch.WrittenSpan.Slice(start, length), BadCellReason.TypeWrong);
            else output.WriteRaw(_scratch.WrittenSpan.Slice(start, length));
        }
    }

    private static string SafeName(ref Utf8JsonReader reader)
    {
        var name = Encoding.UTF8.GetString(reader.ValueSpan);
        return name.Length <= 100 ? name : name[..100];
    }

    private void Report(long line, string field, ErrorCode code, string? type = null) =>
        _findings.Add(new ErrorDetail(string.Create(CultureInfo.InvariantCulture, $"line {line}: /{field}"), code, code.With(("field", field), ("type", type)).Data));

    private static Error Malformed(long line, long offset) => ErrorCodes.NdjsonMalformed.With(("line", line), ("offset", offset));
}
