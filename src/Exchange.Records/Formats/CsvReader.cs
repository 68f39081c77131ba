using System.Buffers;
using Exchange.Contracts.Errors;

namespace Exchange.Records.Formats;

/// <summary>Why a CSV record cannot be read.</summary>
/// <param name="Line">Line, from 1, where the trouble begins.</param>
/// <param name="Character">Characters from the start of the text.</param>
public readonly record struct CsvFault(long Line, long Character, string Reason, string ReasonZh)
{
    public Error ToError() => ErrorCodes.CsvMalformed.With(("line", Line), ("offset", Character), ("reason", Reason), ("reason:zh", ReasonZh));
}

/// <summary>
/// Splits CSV text (RFC 4180) into records: cells in quotes may hold separators, line ends and doubled quotes; lines end with LF, CRLF or CR. A quote inside an unquoted cell is
/// an ordinary character. Nothing is trimmed. Keeps one record in memory, at most <see cref="MaxRecord"/> characters.
/// </summary>
public sealed class CsvReader(TextReader text, char separator = ',')
{
    public const int MaxRecord = 16 << 20;

    private readonly SearchValues<char> _ends = SearchValues.Create([separator, '\r', '\n']);
    private readonly List<(int Start, int Length, bool Quoted)> _cells = [];
    private char[] _buffer = new char[32 << 10];
    private int _start;
    private int _end;
    private int _at;
    private long _consumed;
    private long _line = 1;
    private bool _endOfText;

    /// <summary>Line, from 1, of the current record's first character.</summary>
    public long Line { get; private set; }

    public int Count => _cells.Count;

    /// <summary>Set where <see cref="ReadRecord"/> stopped at malformed text; nothing more can be read then.</summary>
    public CsvFault? Fault { get; private set; }

    public ReadOnlySpan<char> this[int cell] => _buffer.AsSpan(_cells[cell].Start, _cells[cell].Length);

    public bool IsQuoted(int cell) => _cells[cell].Quoted;

    /// <summary>Whether the record is an empty line.</summary>
    public bool IsBlank => _cells is [(_, 0, false)];

    /// <summary>Goes to the next record. False at the end of the text, or where it is malformed.</summary>
    public bool ReadRecord()
    {
        if (Fault is not null) return false;
        _consumed += _at - _start;
        _start = _at;
        _cells.Clear();
        Line = _line;
        if (_at == _end && !Fill()) return false;
        while (true)
        {
            if (_at == _end) Fill();
            if (!(_at < _end && _buffer[_at] == '"' ? ReadQuoted() : ReadPlain())) return false;
            if (_at < _end && _buffer[_at] == separator)
            {
                _at++;
                continue;
            }

            return EndRecord();
        }
    }

    private bool ReadPlain()
    {
        var offset = _at - _start;
        var from = _at;
        while (true)
        {
            var length = _buffer.AsSpan(from, _end - from).IndexOfAny(_ends);
            if (length >= 0)
            {
                _at = from + length;
                break;
            }

            var scanned = _end - _start;
            var more = Fill();
            if (Fault is not null) return false;
            from = _start + scanned;
            if (more) continue;
            _at = _end;
            break;
        }

        _cells.Add((_start + offset, _at - _start - offset, false));
        return true;
    }

    private bool ReadQuoted()
    {
        var offset = _at - _start + 1;
        var opened = (Line: _line, Character: _consumed + _at - _start);
        var read = offset;
        var write = offset;
        while (true)
        {
            var rest = _buffer.AsSpan(_start + read, _end - _start - read);
            var quote = rest.IndexOf('"');
            var run = quote < 0 ? rest.Length : quote;
            // A CR at the end of what is read so far may be half of a CRLF.
            if (quote < 0 && run > 0 && rest[run - 1] == '\r' && !_endOfText) run--;
            CountLines(rest[..run]);
            if (write != read) rest[..run].CopyTo(_buffer.AsSpan(_start + write));
            read += run;
            write += run;
            if (quote < 0)
            {
                if (Fill()) continue;
                return Fail(opened.Line, opened.Character, "the quote is never closed", "引号未闭合");
            }

            if (_start + read + 1 == _end) Fill();
            if (Fault is not null) return false;
            read++;
            if (_start + read == _end || _buffer[_start + read] != '"') break;
            _buffer[_start + write++] = '"';
            read++;
        }

        _cells.Add((_start + offset, write - offset, true));
        _at = _start + read;
        return _at == _end || _ends.Contains(_buffer[_at])
            || Fail(_line, _consumed + _at - _start, "text after a closing quote", "引号闭合后还有内容");
    }

    private void CountLines(ReadOnlySpan<char> run)
    {
        for (var at = run.IndexOfAny('\r', '\n'); at >= 0; at = run.IndexOfAny('\r', '\n'))
        {
            // The pair counts with its second half.
            var isPair = run[at] == '\r' && at + 1 < run.Length && run[at + 1] == '\n';
            if (!isPair) _line++;
            run = run[(at + 1)..];
        }
    }

    private bool EndRecord()
    {
        if (_at == _end) return true;
        _line++;
        if (_buffer[_at++] != '\r') return true;
        if (_at == _end) Fill();
        if (_at < _end && _buffer[_at] == '\n') _at++;
        return Fault is null;
    }

    // Makes room by moving the current record to the front, and reads on. Cell places move along.
    private bool Fill()
    {
        if (_endOfText) return false;
        if (_start > 0)
        {
            Array.Copy(_buffer, _start, _buffer, 0, _end - _start);
            for (var i = 0; i < _cells.Count; i++) _cells[i] = (_cells[i].Start - _start, _cells[i].Length, _cells[i].Quoted);
            _at -= _start;
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxRecord) return Fail(Line, _consumed, $"a record longer than {MaxRecord} characters", $"单条记录超过 {MaxRecord} 个字符");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = text.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _endOfText = read == 0;
        return read > 0;
    }

    private bool Fail(long line, long character, string reason, string reasonZh)
    {
        Fault ??= new CsvFault(line, character, reason, reasonZh);
        return false;
    }
}
