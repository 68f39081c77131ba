using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Exchange.Adapters.Inventory;

/// <summary>Counts what the sampled values of one column are like. The values themselves are let go.</summary>
internal sealed class ColumnTally
{
    private const int MostShapes = 3;

    private readonly Dictionary<string, int> _passes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _shapes = new(StringComparer.Ordinal);
    private readonly List<long> _marks = [];
    private int _values;

    public void AddNull() => _marks.Add(0);

    public void Add(string value)
    {
        _values++;
        _marks.Add(BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(value))));
        foreach (var test in ValueTests.Passed(value)) _passes[test] = _passes.GetValueOrDefault(test) + 1;
        var shape = ValueShape.Of(value);
        _shapes[shape] = _shapes.GetValueOrDefault(shape) + 1;
    }

    public ColumnSample Sum() => new(
        _values, _passes, [.. _shapes.OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal).Take(MostShapes)], _marks);
}
