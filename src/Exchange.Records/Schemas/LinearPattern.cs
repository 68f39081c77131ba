using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Exchange.Records.Schemas;

/// <summary>
/// Turns a pattern of the JSON Schema dialect (ECMA-262 with Unicode) into a .NET expression of the same meaning that is matched in linear time.
/// Where the two dialects differ it is rewritten: <c>\d \w \s</c> are ASCII (and ECMA white space), <c>$</c> is the very end, <c>.</c> and negated classes take
/// a whole code point. What cannot be carried over faithfully is refused: look-around, back-references, named groups, inline options, <c>\b</c>,
/// <c>\p{…}</c>, class subtraction, and code points over U+FFFF inside a class.
/// </summary>
internal static class LinearPattern
{
    private const int MaxLength = 1000;
    private const int MaxRepeat = 1000;
    private const string Pair = @"(?:[\uD800-\uDBFF][\uDC00-\uDFFF])";
    private const string Digits = "0-9";
    private const string Words = "A-Za-z0-9_";
    private const string Spaces = @"\t\n\v\f\r \u00A0\uFEFF\u2028\u2029\p{Zs}";
    private const string LineEnds = @"\n\r\u2028\u2029";

    /// <summary>Compiles the pattern, or names the construct that is not supported.</summary>
    public static bool TryCompile(string pattern, out Regex regex, out string refused)
    {
        regex = null!;
        if (pattern.Length > MaxLength)
        {
            refused = $"length > {MaxLength}";
            return false;
        }

        var reader = new Reader(pattern);
        if (reader.Translate() is { } construct)
        {
            refused = construct;
            return false;
        }

        try
        {
            regex = new Regex(reader.Output.ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout);
            refused = "";
            return true;
        }
        catch (RegexParseException fault)
        {
            refused = fault.Error.ToString();
            return false;
        }
        catch (NotSupportedException)
        {
            refused = "size";
            return false;
        }
    }

    private sealed class Reader(string pattern)
    {
        private int _at;
        private double _states = 1;

        public StringBuilder Output { get; } = new();

        public string? Translate()
        {
            while (_at < pattern.Length)
            {
                var refused = pattern[_at] switch
                {
                    '\\' => Escape(),
                    '[' => Class(),
                    '(' => Group(),
                    '{' => Repeat(),
                    '.' => Replace(1, $"(?:{Pair}|[^{LineEnds}\\uD800-\\uDFFF])"),
                    '$' => Replace(1, @"\z"),
                    _ => Literal(),
                };
                if (refused is not null) return refused;
            }

            return null;
        }

        private string? Replace(int length, string by)
        {
            Output.Append(by);
            _at += length;
            return null;
        }

        private string? Literal()
        {
            if (!char.IsSurrogate(pattern[_at])) return Replace(1, pattern[_at] is '#' or ' ' ? "\\" + pattern[_at] : pattern[_at].ToString());
            return char.IsSurrogatePair(pattern, _at) ? Replace(2, $"(?:{pattern.Substring(_at, 2)})") : "\\uD800";
        }

        private string? Group()
        {
            if (_at + 1 >= pattern.Length || pattern[_at + 1] != '?') return Replace(1, "(?:");
            return _at + 2 < pattern.Length && pattern[_at + 2] == ':' ? Replace(3, "(?:") : pattern.Substring(_at, Math.Min(4, pattern.Length - _at));
        }

        // Counted repeats multiply the size of the automaton; the product of all is bounded.
        private string? Repeat()
        {
            var end = pattern.IndexOf('}', _at);
            var text = end < 0 ? "" : pattern[(_at + 1)..end];
            var parts = text.Split(',');
            if (parts.Length > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var most)) return "{";
            if (parts.Length == 2 && parts[1].Length > 0 && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out most)) return "{";
            _states *= Math.Max(1, most);
            return _states > MaxRepeat * 10 || most > MaxRepeat ? "{" + text + "}" : Replace(end - _at + 1, "{" + text + "}");
        }

        private string? Escape()
        {
            if (_at + 1 == pattern.Length) return "\\";
            var next = pattern[_at + 1];
            return next switch
            {
                'd' => Replace(2, $"[{Digits}]"),
                'w' => Replace(2, $"[{Words}]"),
                's' => Replace(2, $"[{Spaces}]"),
                'D' => Replace(2, Negated(Digits)),
                'W' => Replace(2, Negated(Words)),
                'S' => Replace(2, Negated(Spaces)),
                _ => SingleEscape(next),
            };
        }

        private string? SingleEscape(char next)
        {
            if (next is 't' or 'n' or 'v' or 'f' or 'r' || IsSyntax(next)) return Replace(2, "\\" + next);
            if (next == '-') return Replace(2, "\\-");
            if (next == 'u' && CodeUnit(_at + 2) is { } unit && !char.IsSurrogate(unit)) return Replace(6, pattern.Substring(_at, 6));
            return "\\" + next;
        }

        private char? CodeUnit(int at) =>
            at + 4 <= pattern.Length && ushort.TryParse(pattern.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit : null;

        private static bool IsSyntax(char c) => "^$\\.*+?()[]{}|/".Contains(c, StringComparison.Ordinal);

        private static string Negated(string set) => $"(?:{Pair}|[^{set}\\uD800-\\uDFFF])";

        private string? Class()
        {
            var start = _at++;
            var negated = _at < pattern.Length && pattern[_at] == '^';
            if (negated) _at++;
            var set = new StringBuilder();
            while (_at < pattern.Length && pattern[_at] != ']')
            {
                if (ClassMember(set) is { } refused) return refused;
            }

            if (_at == pattern.Length || set.Length == 0) return pattern[start..Math.Min(pattern.Length, _at + 1)];
            _at++;
            Output.Append(negated ? Negated(set.ToString()) : $"[{set}]");
            return null;
        }

        private string? ClassMember(StringBuilder set)
        {
            var c = pattern[_at];
            if (char.IsSurrogate(c)) return "[U+10000…]";
            if (c == '[') return "[[";
            if (c != '\\')
            {
                set.Append(c == '^' ? "\\^" : c.ToString());
                _at++;
                return null;
            }

            var next = _at + 1 < pattern.Length ? pattern[_at + 1] : '\0';
            var length = next == 'u' ? 6 : 2;
            var member = next switch
            {
                'd' => Digits,
                'w' => Words,
                's' => Spaces,
                't' or 'n' or 'v' or 'f' or 'r' or '-' => "\\" + next,
                'u' when CodeUnit(_at + 2) is { } unit && !char.IsSurrogate(unit) => pattern.Substring(_at, 6),
                _ when IsSyntax(next) => "\\" + next,
                _ => null,
            };
            if (member is null) return "\\" + next;
            set.Append(member);
            _at += length;
            return null;
        }
    }
}
