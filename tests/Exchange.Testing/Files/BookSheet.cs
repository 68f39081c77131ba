using System.Globalization;

namespace Exchange.Testing.Files;

/// <summary>One sheet of a workbook, before it is written in one format or another.</summary>
public sealed class BookSheet(string name, string? state)
{
    private readonly List<(object?[] Cells, bool IsHidden)> _rows = [];
    private readonly List<BookRange> _merges = [];
    private readonly List<int> _hiddenColumns = [];

    public string Name { get; } = name;

    public string? State { get; } = state;

    internal IReadOnlyList<(object?[] Cells, bool IsHidden)> Rows => _rows;

    internal IReadOnlyList<BookRange> Merges => _merges;

    /// <summary>From 1.</summary>
    internal IReadOnlyList<int> HiddenColumns => _hiddenColumns;

    /// <summary>Adds a row. Cells are text, numbers, booleans, null, or what <see cref="BookCell"/> makes.</summary>
    public BookSheet Row(params object?[] cells) => Append(cells, isHidden: false);

    public BookSheet HiddenRow(params object?[] cells) => Append(cells, isHidden: true);

    /// <summary>Merges a range such as <c>A1:C1</c>.</summary>
    public BookSheet Merge(string range)
    {
        _merges.Add(BookRange.Parse(range));
        return this;
    }

    /// <summary>Hides a column, from 1.</summary>
    public BookSheet HideColumn(int column)
    {
        _hiddenColumns.Add(column);
        return this;
    }

    private BookSheet Append(object?[] cells, bool isHidden)
    {
        _rows.Add((cells, isHidden));
        return this;
    }
}

/// <summary>Cells from one corner to the other, from 0.</summary>
internal sealed record BookRange(string Text, int FromRow, int FromColumn, int ToRow, int ToColumn)
{
    public static BookRange Parse(string range)
    {
        var corners = range.Split(':').Select(Corner).ToArray();
        return new(range, corners[0].Row, corners[0].Column, corners[1].Row, corners[1].Column);
    }

    private static (int Row, int Column) Corner(string reference)
    {
        var letters = reference.TakeWhile(char.IsAsciiLetterUpper).ToArray();
        return (int.Parse(reference.AsSpan(letters.Length), CultureInfo.InvariantCulture) - 1, letters.Aggregate(0, (sum, letter) => (sum * 26) + letter - 'A' + 1) - 1);
    }
}
