using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Sources.Http;

/// <summary>
/// Turns one row of JSON into a tuple: each field is taken from its place in the row; what has no place is passed over. Counts in how many rows each field was
/// present, so that a member which is gone everywhere shows. Not safe for use by several threads.
/// </summary>
internal sealed class RowProjection
{
    private const int MaxDepth = 64;

    private readonly ResourceSchema _schema;
    private readonly HttpChanges? _changes;
    private readonly JsonCellOptions _cells;
    private readonly RowPlaces _places;
    private readonly ArrayBufferWriter<byte> _scratch = new(4096);
    private readonly RowWriter _values;
    private readonly (int Start, int Length)[] _slices;
    private string? _deleted;
    private string? _rowMark;

    public RowProjection(HttpSourceModel model, ResourceSchema schema)
    {
        (_schema, _changes, _cells) = (schema, model.Changes, model.Cells);
        _values = new RowWriter(_scratch);
        _slices = new (int, int)[schema.Fields.Count];
        Present = new long[schema.Fields.Count];
        _places = new RowPlaces();
        foreach (var field in schema.Fields) _places.Add(model.Columns[field.Name], field.Ordinal);
        if (_changes?.Deleted is { } deleted) _places.Add(deleted, DeletedTarget);
        if (_changes?.Mark is { } mark) _places.Add(mark, MarkTarget);
    }

    /// <summary>Whether tuples begin with an operation, as in batches of changes.</summary>
    public bool WithOperation { get; init; }

    /// <summary>In how many of the <see cref="Live"/> rows each field was present, by ordinal.</summary>
    public long[] Present { get; }

    /// <summary>Rows read that do not say they are deleted.</summary>
    public long Live { get; private set; }

    /// <summary>The highest mark of all rows read, or null.</summary>
    public string? HighestMark { get; private set; }

    private int DeletedTarget => _schema.Fields.Count;

    private int MarkTarget => _schema.Fields.Count + 1;

    /// <summary>What was counted so far, to go back to where a page has to be read again.</summary>
    public ProjectionCounts Keep() => new([.. Present], Live, HighestMark);

    public void Restore(ProjectionCounts counts)
    {
        counts.Present.CopyTo(Present, 0);
        (Live, HighestMark) = (counts.Live, counts.HighestMark);
    }

    /// <summary>Writes the tuple of one row. Returns false where nothing was written: a row of a full pass that says it is deleted.</summary>
    public bool Write(ReadOnlySpan<byte> row, RowWriter output)
    {
        Array.Fill(_slices, (0, -1));
        _scratch.ResetWrittenCount();
        (_deleted, _rowMark) = (null, null);
        var reader = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            WriteNoObject(row, output);
            return true;
        }

        Walk(ref reader, row, _places);
        var isDelete = _deleted is not null && _changes!.DeletedValues.Contains(_deleted);
        if (_rowMark is not null && (HighestMark is null || MarkText.Compare(_rowMark, HighestMark) > 0)) HighestMark = _rowMark;
        if (isDelete && !WithOperation) return false;
        if (!isDelete) Count();
        output.StartRow(_slices.Length + (WithOperation ? 1 : 0));
        if (WithOperation) output.WriteText(isDelete ? "D" : "U");
        foreach (var field in _schema.Fields)
        {
            var (start, length) = _slices[field.Ordinal];
            if (length < 0 || (isDelete && !field.IsKey)) output.WriteNull();
            else output.WriteRaw(_scratch.WrittenSpan.Slice(start, length));
        }

        return true;
    }

    private void Count()
    {
        Live++;
        for (var i = 0; i < _slices.Length; i++)
            if (_slices[i].Start > 0) Present[i]++;
    }

    private void Walk(ref Utf8JsonReader reader, ReadOnlySpan<byte> row, RowPlaces places)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                Take(ref reader, row, places.Find(i.ToString(CultureInfo.InvariantCulture)));
            return;
        }

        var expected = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var place = places.Find(ref reader, ref expected);
            reader.Read();
            Take(ref reader, row, place);
        }
    }

    private void Take(ref Utf8JsonReader reader, ReadOnlySpan<byte> row, RowPlaces? place)
    {
        if (place is not null)
        {
            foreach (var target in place.Targets) TakeValue(target, ref reader, row);
            if (place.HasChildren && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                Walk(ref reader, row, place);
                return;
            }
        }

        reader.Skip();
    }

    private void TakeValue(int target, ref Utf8JsonReader reader, ReadOnlySpan<byte> row)
    {
        if (target == DeletedTarget) _deleted = JsonCell.TextOf(ref reader);
        else if (target == MarkTarget) _rowMark = JsonCell.TextOf(ref reader);
        else TakeField(target, ref reader, row);
    }

    private void TakeField(int target, ref Utf8JsonReader reader, ReadOnlySpan<byte> row)
    {
        var start = _scratch.WrittenCount + sizeof(int);
        // A member that occurs twice has no one value.
        if (_slices[target].Start > 0) _values.WriteBadCell(JsonCell.TextOf(ref reader));
        else JsonCell.TryWrite(_schema.Fields[target], ref reader, row, _values, _cells);
        _slices[target] = (start, IsNull(start) ? -1 : _scratch.WrittenCount - start);
    }

    private bool IsNull(int start) => BitConverter.ToInt32(_scratch.WrittenSpan[(start - sizeof(int))..]) == -1;

    private void WriteNoObject(ReadOnlySpan<byte> row, RowWriter output)
    {
        Live++;
        output.StartRow(_slices.Length + (WithOperation ? 1 : 0));
        if (WithOperation) output.WriteText("U");
        output.WriteBadCell(Encoding.UTF8.GetString(row[..Math.Min(row.Length, BadCell.MaxText)]), BadCellReason.RowRagged);
        for (var i = 1; i < _slices.Length; i++) output.WriteNull();
    }
}

/// <summary>What a projection counted up to the end of a page.</summary>
internal sealed record ProjectionCounts(long[] Present, long Live, string? HighestMark);
