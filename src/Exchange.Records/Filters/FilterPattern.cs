using System.Text;

namespace Exchange.Records.Filters;

/// <summary>SQL LIKE patterns.</summary>
internal static class FilterPattern
{
    public static bool EndsInEscape(string pattern)
    {
        var at = 0;
        while (at < pattern.Length) at += pattern[at] == '\\' ? 2 : 1;
        return at > pattern.Length;
    }

    public static int Wildcards(string pattern)
    {
        var count = 0;
        for (var at = 0; at < pattern.Length; at += pattern[at] == '\\' ? 2 : 1)
        {
            if (pattern[at] is '%' or '_') count++;
        }

        return count;
    }

    /// <summary>Whether the text matches. Works on code points; takes at most pattern × text steps.</summary>
    public static bool Matches(string text, string pattern, bool ignoreCase)
    {
        var characters = text.EnumerateRunes().Select(r => Fold(r, ignoreCase)).ToArray();
        var steps = Steps(pattern, ignoreCase);
        // The greedy way of matching with one point to return to: the last run wildcard.
        int at = 0, step = 0, resumeStep = -1, resumeAt = 0;
        while (at < characters.Length)
        {
            if (step < steps.Count && steps[step].Kind == StepKind.Run)
            {
                resumeStep = ++step;
                resumeAt = at;
            }
            else if (step < steps.Count && (steps[step].Kind == StepKind.One || steps[step].Literal == characters[at]))
            {
                step++;
                at++;
            }
            else if (resumeStep >= 0)
            {
                step = resumeStep;
                at = ++resumeAt;
            }
            else
            {
                return false;
            }
        }

        while (step < steps.Count && steps[step].Kind == StepKind.Run) step++;
        return step == steps.Count;
    }

    private static List<(StepKind Kind, Rune Literal)> Steps(string pattern, bool ignoreCase)
    {
        var steps = new List<(StepKind, Rune)>();
        var escaped = false;
        foreach (var rune in pattern.EnumerateRunes())
        {
            var kind = escaped ? StepKind.Literal : rune.Value switch { '%' => StepKind.Run, '_' => StepKind.One, _ => StepKind.Literal };
            if (!escaped && rune.Value == '\\')
            {
                escaped = true;
                continue;
            }

            steps.Add((kind, Fold(rune, ignoreCase)));
            escaped = false;
        }

        return steps;
    }

    private static Rune Fold(Rune rune, bool ignoreCase) => ignoreCase && rune.Value is >= 'A' and <= 'Z' ? new Rune(rune.Value + 32) : rune;

    private enum StepKind
    {
        Literal,
        One,
        Run,
    }
}
