namespace Exchange.Testing.Files;

/// <summary>A workbook that tests write with code of their own, so that they can make what no program would write.</summary>
public abstract class Book
{
    private readonly List<BookSheet> _sheets = [];

    /// <summary>Whether dates count from 1904.</summary>
    public bool Is1904 { get; init; }

    /// <summary>What files of the format end with, with the dot.</summary>
    public abstract string Extension { get; }

    protected IReadOnlyList<BookSheet> Sheets => _sheets;

    /// <param name="name">Name of the sheet.</param>
    /// <param name="state"><c>hidden</c> or <c>veryHidden</c>; null for a visible sheet.</param>
    public BookSheet Add(string name = "Sheet1", string? state = null)
    {
        var sheet = new BookSheet(name, state);
        _sheets.Add(sheet);
        return sheet;
    }

    public abstract byte[] Write();
}
