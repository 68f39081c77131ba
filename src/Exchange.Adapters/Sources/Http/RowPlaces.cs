using System.Text;
using System.Text.Json;

namespace Exchange.Adapters.Sources.Http;

/// <summary>The places in a row that are read, as a tree of names.</summary>
internal sealed class RowPlaces
{
    private readonly List<int> _targets = [];
    private readonly List<(byte[] Name, RowPlaces Place)> _children = [];

    /// <summary>What the value of this place is read for.</summary>
    public IReadOnlyList<int> Targets => _targets;

    public bool HasChildren => _children.Count > 0;

    public void Add(JsonPointer pointer, int target)
    {
        var place = this;
        foreach (var name in pointer.Names)
        {
            var child = place.Find(name);
            if (child is null) place._children.Add((Encoding.UTF8.GetBytes(name), child = new RowPlaces()));
            place = child;
        }

        place._targets.Add(target);
    }

    public RowPlaces? Find(string name) => _children.Find(c => c.Name.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(name))).Place;

    /// <summary>The place of the property name that the reader stands on.</summary>
    /// <param name="expected">The first guess: most APIs keep one order of members.</param>
    public RowPlaces? Find(ref Utf8JsonReader reader, ref int expected)
    {
        for (var i = 0; i < _children.Count; i++)
        {
            var at = (expected + i) % _children.Count;
            if (!reader.ValueTextEquals(_children[at].Name)) continue;
            expected = at + 1;
            return _children[at].Place;
        }

        return null;
    }
}
