namespace Exchange.Standalone.Sample;

/// <summary>A small random sequence (SplitMix64) that is the same on every machine and runtime for one seed.</summary>
internal struct SampleRandom(ulong seed)
{
    private ulong _state = seed;

    public int Next(int bound)
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        return (int)((UInt128)mixed * (uint)bound >> 64);
    }

    public T Pick<T>(IReadOnlyList<T> list) => list[Next(list.Count)];
}
