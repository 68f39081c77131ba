using System.Collections.Frozen;
using System.Globalization;

namespace Exchange.Hosting.Faults;

/// <summary>
/// Named places at which a test can make the process die, fail or wait. Set by the environment variable <c>EXCHANGE_FAILPOINTS</c>,
/// read once: <c>name=action[:probability[:skip]];…</c> with the actions <c>exit</c> (SIGKILL-like, exit code 137), <c>throw</c>
/// and <c>pause</c> (60 s, or until cancelled); the probability is 0 to 1, 1 where it is left out; the first <c>skip</c> hits do nothing.
/// Without the variable a hit costs one comparison.
/// </summary>
public static class FailPoint
{
    public const string Variable = "EXCHANGE_FAILPOINTS";
    public const int ExitCode = 137;

    private static readonly FrozenDictionary<string, Rule>? Rules = Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Does what is set for <paramref name="name"/>; normally nothing.</summary>
    public static void Hit(string name)
    {
        if (Rules is null || !Rules.TryGetValue(name, out var rule) || !rule.Strikes()) return;
        if (rule.Action == FailAction.Exit) Die(name);
        throw new FailPointException(name);
    }

    /// <summary>As <see cref="Hit"/>, and can also pause.</summary>
    public static async ValueTask HitAsync(string name, CancellationToken cancellation)
    {
        if (Rules is null || !Rules.TryGetValue(name, out var rule) || !rule.Strikes()) return;
        if (rule.Action == FailAction.Exit) Die(name);
        if (rule.Action == FailAction.Throw) throw new FailPointException(name);
        await Task.Delay(TimeSpan.FromSeconds(60), cancellation);
    }

    internal static FrozenDictionary<string, Rule>? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        return text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(ParseRule)
            .ToFrozenDictionary(r => r.Name, StringComparer.Ordinal);
    }

    private static Rule ParseRule(string text)
    {
        var (name, rest) = text.Split('=', 2) is [var n, var r] ? (n, r) : throw Malformed(text);
        var parts = rest.Split(':');
        if (!Enum.TryParse<FailAction>(parts[0], ignoreCase: true, out var action) || name.Length == 0 || parts.Length > 3) throw Malformed(text);
        var probability = 1.0;
        if (parts.Length > 1 && (!double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out probability) || probability is not (>= 0 and <= 1)))
            throw Malformed(text);
        var skip = 0;
        if (parts.Length > 2 && !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out skip)) throw Malformed(text);
        return new(name, action, probability, skip);
    }

    private static FormatException Malformed(string text) => new($"{Variable}: '{text}' is not of the form name=action[:probability[:skip]]");

    private static void Die(string name)
    {
        Console.Error.WriteLine($"failpoint {name}: exit");
        // The nearest to SIGKILL from inside: no finalizers, no shutdown hooks, no flushes.
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        self.Kill();
        self.WaitForExit();
    }

    internal enum FailAction
    {
        Exit,
        Throw,
        Pause,
    }

    internal sealed record Rule(string Name, FailAction Action, double Probability, int Skip)
    {
        private int _hits;

        public bool Strikes() => Interlocked.Increment(ref _hits) > Skip && (Probability >= 1 || Random.Shared.NextDouble() < Probability);
    }
}

/// <summary>Thrown at a fail point that is set to throw.</summary>
internal sealed class FailPointException(string name) : Exception($"fail point {name}");
