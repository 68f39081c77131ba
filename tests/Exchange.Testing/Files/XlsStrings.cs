using System.Text;

namespace Exchange.Testing.Files;

/// <summary>The table of all text of an XLS workbook; each text stands in it once.</summary>
internal sealed class XlsStrings
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];
    private int _uses;

    public int PlaceOf(string text)
    {
        _uses++;
        if (!_places.TryGetValue(text, out var place))
        {
            _places[text] = place = _texts.Count;
            _texts.Add(text);
        }

        return place;
    }

    /// <summary>Writes the table. Text that does not fit into a record goes on in the next, which says anew how many bytes a character has.</summary>
    public void Write(List<byte> into)
    {
        var parts = new List<List<byte>> { new([.. Biff.U32((uint)_uses), .. Biff.U32((uint)_texts.Count)]) };
        foreach (var text in _texts)
        {
            var isNarrow = Biff.IsNarrow(text);
            var flag = (byte)(isNarrow ? 0 : 1);
            var bytes = (isNarrow ? Encoding.Latin1 : Encoding.Unicode).GetBytes(text).AsSpan();
            if (parts[^1].Count + 4 > Biff.MostContent) parts.Add([]);
            parts[^1].AddRange([.. Biff.U16(text.Length), flag]);
            while (true)
            {
                var room = Biff.MostContent - parts[^1].Count;
                var fitting = Math.Min(bytes.Length, isNarrow ? room : room & ~1);
                parts[^1].AddRange(bytes[..fitting]);
                bytes = bytes[fitting..];
                if (bytes.IsEmpty) break;
                parts.Add([flag]);
            }
        }

        for (var i = 0; i < parts.Count; i++) into.Record(i == 0 ? 0x00FC : Biff.Continue, [.. parts[i]]);
    }
}
