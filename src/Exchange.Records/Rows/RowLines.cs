using System.Globalization;

namespace Exchange.Records.Rows;

/// <summary>
/// Where the rows of a batch stand in their file, for people who look for a bad one. As text <c>FIRST(+STEP*ROWS)*/NAME</c>: the line of the first row, then runs of rows that each stand STEP lines below the one
/// before. Two thousand plain lines are <c>2+1*1999/a.csv</c>; a record with a line break inside begins a run of its own. Written by <see cref="RowLinesWriter"/>.
/// </summary>
public sealed class RowLines
{
    /// <summary>Most characters of the text.</summary>
    public const int MaxText = 16 * 1024;

    internal const char NameMark = '/';
    internal const char RunMark = '+';
    internal const char CountMark = '*';

    private readonly string _file;
    private readonly List<Run> _runs;

    private RowLines(string file, List<Run> runs) => (_file, _runs) = (file, runs);

    /// <summary>Null where there is no text or it is not of this form: nothing depends on it but a hint.</summary>
    public static RowLines? Parse(string? text)
    {
        if (text is null || text.Length > MaxText) return null;
        var mark = text.IndexOf(NameMark, StringComparison.Ordinal);
        if (mark < 0 || !IsName(text[(mark + 1)..])) return null;
        var runs = new List<Run>();
        foreach (var part in text[..mark].Split(RunMark))
        {
            if (ReadRun(part, runs) is not { } run) return null;
            runs.Add(run);
        }

        return new RowLines(text[(mark + 1)..], runs);
    }

    /// <param name="row">Place in the batch, from 0.</param>
    /// <returns><c>name:line</c>, or null where the text does not reach that far.</returns>
    public string? Place(int row)
    {
        var index = _runs.FindIndex(r => row >= r.Row && row < r.End);
        return index < 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{_file}:{_runs[index].LineOf(row)}");
    }

    internal static bool IsName(string name) => name.Length is > 0 and <= BadCell.MaxPlace && !name.Contains(NameMark, StringComparison.Ordinal) && !name.Any(char.IsControl);

    private static Run? ReadRun(string part, List<Run> runs)
    {
        if (runs.Count == 0) return Number(part) is { } first ? new Run(0, 1, first, 0) : null;
        if (part.Split(CountMark) is not [var stepText, var rowsText] || Number(stepText) is not { } step || Number(rowsText) is not (> 0 and <= int.MaxValue and var rows)) return null;
        var before = runs[^1];
        var line = before.LineOf(before.End - 1);
        var isWithin = before.End <= int.MaxValue - rows && line + ((Int128)step * rows) <= long.MaxValue;
        return isWithin ? new Run(before.End, before.End + (int)rows, line, step) : null;
    }

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <param name="Row">The first row, and <paramref name="End"/> the one behind the last.</param>
    /// <param name="Before">The line from which the steps are counted.</param>
    private readonly record struct Run(int Row, int End, long Before, long Step)
    {
        public long LineOf(int row) => Before + (Step * (row - Row + 1));
    }
}
