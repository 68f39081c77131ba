using System.Buffers;
using Exchange.Adapters.Pipelines;

namespace Exchange.Adapters.Sources.Files;

/// <summary>Collects tuples and gives them out as runs.</summary>
internal sealed class RowBuffer(int maxRows, int targetBytes) : IBufferWriter<byte>
{
    private byte[] _bytes = new byte[targetBytes + 4096];
    private int _written;
    private int _rows;

    public void Advance(int count) => _written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureSpace(sizeHint);
        return _bytes.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Tells that a tuple is whole.</summary>
    public void EndRow() => _rows++;

    /// <summary>Gives out all that there is where it makes a full run. Asked after each tuple.</summary>
    public bool TryTake(out TupleRun run)
    {
        var isFull = _rows >= maxRows || (_rows > 0 && _written >= targetBytes);
        run = isFull ? TakeRest() : default;
        return isFull;
    }

    /// <summary>Gives out what is left; the buffer is empty then.</summary>
    public TupleRun TakeRest()
    {
        var run = new TupleRun(_bytes.AsMemory(0, _written), _rows);
        (_bytes, _written, _rows) = (new byte[targetBytes + 4096], 0, 0);
        return run;
    }

    private void EnsureSpace(int sizeHint)
    {
        var needed = _written + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length) Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
    }
}
