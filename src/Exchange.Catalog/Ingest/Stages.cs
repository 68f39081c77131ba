namespace Exchange.Catalog.Ingest;

/// <summary>
/// The staging tables of one session, and what makes each empty again before the next transaction. The server would do that by itself (<c>ON COMMIT DELETE ROWS</c>), but at
/// every commit for every staging table of the session, filled or not, at half a millisecond each.
/// </summary>
internal sealed class Stages
{
    /// <summary>So many deleted rows may lie in a staging table; where there would be more it is cut off, for every merge reads over them.</summary>
    public const int MostDead = 2_000;

    private readonly Dictionary<string, int> _dead = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _filled = new(StringComparer.Ordinal);

    /// <summary>The statements that empty what this transaction filled, to be run before its commit.</summary>
    public IEnumerable<string> Emptying => _filled.Select(f => IsCutOff(f.Key, f.Value) ? $"TRUNCATE {f.Key}" : $"DELETE FROM {f.Key}");

    /// <summary>Notes that rows are put into a staging table in this transaction.</summary>
    /// <param name="stage">Its quoted name.</param>
    /// <returns>Whether the table is still to be made.</returns>
    public bool Fill(string stage, int rows)
    {
        var isNew = !_dead.ContainsKey(stage) && !_filled.ContainsKey(stage);
        _filled[stage] = _filled.GetValueOrDefault(stage) + rows;
        return isNew;
    }

    /// <summary>The transaction was committed, with <see cref="Emptying"/>.</summary>
    public void Committed()
    {
        foreach (var (stage, rows) in _filled) _dead[stage] = IsCutOff(stage, rows) ? 0 : _dead.GetValueOrDefault(stage) + rows;
        _filled.Clear();
    }

    /// <summary>The transaction was rolled back, or the part of it that filled tables: those made in it are gone, in the others the rows lie dead.</summary>
    public void RolledBack()
    {
        foreach (var (stage, rows) in _filled)
        {
            if (_dead.TryGetValue(stage, out var dead)) _dead[stage] = dead + rows;
        }

        _filled.Clear();
    }

    private bool IsCutOff(string stage, int rows) => _dead.GetValueOrDefault(stage) + rows > MostDead;
}
