using System.Globalization;
using System.Text;

namespace Exchange.Records.Rows;

/// <summary>
/// Writes the lines of a batch's rows as <see cref="RowLines"/> reads them. Costs a few bytes where rows follow each other evenly; where they do not, it stops at <see cref="RowLines.MaxText"/> characters, and the rows
/// beyond have no place.
/// </summary>
/// <param name="file">Name of the file. Where it cannot be carried (longer than 300 characters, control characters), no lines are written.</param>
public sealed class RowLinesWriter(string file)
{
    private const int LongestRun = 34;

    private readonly bool _isCarried = RowLines.IsName(file);
    private readonly StringBuilder _text = new();
    private long _last;
    private long _step;
    private int _rows;
    private bool _isFull;

    /// <summary>Tells the line of the next row; not above that of the row before.</summary>
    public void Add(long line)
    {
        if (!_isCarried || _isFull) return;
        if (_text.Length == 0) _text.Append(CultureInfo.InvariantCulture, $"{line}");
        else if (_rows > 0 && line - _last == _step) _rows++;
        else Begin(line - _last);
        _last = line;
    }

    /// <summary>The lines of the rows since the last call, or null where there are none.</summary>
    public string? Take()
    {
        if (_text.Length == 0) return null;
        EndRun();
        var taken = _text.Append(RowLines.NameMark).Append(file).ToString();
        _text.Clear();
        (_rows, _isFull) = (0, false);
        return taken;
    }

    private void Begin(long step)
    {
        EndRun();
        _isFull = _text.Length + LongestRun + 1 + file.Length > RowLines.MaxText;
        (_step, _rows) = (step, _isFull ? 0 : 1);
    }

    private void EndRun()
    {
        if (_rows > 0) _text.Append(CultureInfo.InvariantCulture, $"{RowLines.RunMark}{_step}{RowLines.CountMark}{_rows}");
        _rows = 0;
    }
}
