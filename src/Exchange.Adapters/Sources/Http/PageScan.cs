using System.Globalization;
using System.Text.Json;
using Exchange.Records.Formats;
using Exchange.Records.Rows;

namespace Exchange.Adapters.Sources.Http;

/// <summary>
/// Reads one answer as it arrives: gives each row to the projection as soon as it is whole and notes what stands beside the rows. Never holds more of the answer than one row.
/// </summary>
internal sealed class PageScan
{
    private const int MaxDepth = 64;

    private readonly JsonPointer _rows;
    private readonly (JsonPointer Pointer, Action<PageFacts, string?> Note)[] _notes;
    private readonly RowProjection _projection;
    private readonly RowWriter _output;
    private readonly List<Level> _levels = [];
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = MaxDepth });
    private bool _inRows;

    public PageScan(HttpSourceModel model, RowProjection projection, RowWriter output)
    {
        (_rows, _projection, _output) = (model.Rows, projection, output);
        (JsonPointer? Pointer, Action<PageFacts, string?> Note)[] notes =
        [
            (model.Paging.Next, (f, t) => f.Next = t), (model.Paging.More, (f, t) => f.More = t), (model.Paging.Total, (f, t) => f.Total = t),
            (model.Status?.Pointer, (f, t) => f.Status = t), (model.Changes?.Cursor, (f, t) => f.Cursor = t),
        ];
        _notes = [.. notes.Where(n => n.Pointer is not null).Select(n => (n.Pointer!, n.Note))];
    }

    public PageFacts Facts { get; } = new();

    /// <summary>Takes what it can of the bytes and tells how many; the rest, from there on, is to be given again with more behind it.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public int Take(ReadOnlySpan<byte> bytes, bool last)
    {
        var reader = new Utf8JsonReader(bytes, last, _state);
        while (true)
        {
            var before = reader;
            if (!reader.Read()) break;
            if (!_inRows)
            {
                Visit(ref reader);
                continue;
            }

            if (reader.TokenType == JsonTokenType.EndArray)
            {
                _inRows = false;
                continue;
            }

            var start = (int)reader.TokenStartIndex;
            if (!reader.TrySkip())
            {
                reader = before;
                break;
            }

            Facts.Rows++;
            _projection.Write(bytes[start..(int)reader.BytesConsumed], _output);
        }

        _state = reader.CurrentState;
        return (int)reader.BytesConsumed;
    }

    private void Visit(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _levels[^1].Name = reader.GetString()!;
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _levels.RemoveAt(_levels.Count - 1);
                break;
            default:
                if (_levels.Count > 0 && _levels[^1].IsArray) _levels[^1].Index++;
                VisitValue(ref reader);
                break;
        }
    }

    private void VisitValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray && StandsAt(_rows))
        {
            _inRows = Facts.HasRows = true;
            return;
        }

        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            _levels.Add(new Level { IsArray = reader.TokenType == JsonTokenType.StartArray });
            return;
        }

        foreach (var (pointer, note) in _notes)
            if (StandsAt(pointer)) note(Facts, JsonCell.TextOf(ref reader));
    }

    private bool StandsAt(JsonPointer pointer)
    {
        if (pointer.Names.Count != _levels.Count) return false;
        for (var i = _levels.Count - 1; i >= 0; i--)
        {
            var level = _levels[i];
            if ((level.IsArray ? level.Index.ToString(CultureInfo.InvariantCulture) : level.Name) != pointer.Names[i]) return false;
        }

        return true;
    }

    private sealed class Level
    {
        public bool IsArray { get; init; }

        public int Index { get; set; } = -1;

        public string Name { get; set; } = "";
    }
}
