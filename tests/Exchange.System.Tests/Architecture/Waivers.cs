using Exchange.Testing;
using Xunit;

namespace Exchange.System.Tests.Architecture;

/// <summary>
/// The accepted exceptions, in <c>waivers.txt</c>: per line a rule, what is excepted (as the rule names it), and after <c>#</c> the reason.
/// A waiver that no longer excepts anything fails the rule's test too.
/// </summary>
internal static class Waivers
{
    private const string File = "tests/Exchange.System.Tests/Architecture/waivers.txt";

    /// <summary>Fails with the findings that are not waived and the waivers that are not needed.</summary>
    /// <param name="rule">Name of the rule.</param>
    /// <param name="findings">What breaks the rule: a name that stays the same over edits, and a text for people.</param>
    public static void Check(string rule, IEnumerable<(string Name, string Text)> findings)
    {
        var waived = global::System.IO.File.ReadLines(TestPaths.InRepository(File))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(Parse)
            .Where(waiver => string.Equals(waiver.Rule, rule, StringComparison.Ordinal))
            .Select(waiver => waiver.Name)
            .ToHashSet(StringComparer.Ordinal);
        var all = findings.ToList();
        var unwaived = all.Where(finding => !waived.Contains(finding.Name)).Select(finding => $"{finding.Name}: {finding.Text}").ToList();
        var unneeded = waived.Except(all.Select(finding => finding.Name), StringComparer.Ordinal).Select(name => $"{name}: its waiver is no longer needed").ToList();
        Assert.True(unwaived.Count + unneeded.Count == 0, $"{rule}:\n{string.Join('\n', unwaived.Concat(unneeded))}");
    }

    private static (string Rule, string Name) Parse(string line)
    {
        var reason = line.IndexOf(" # ", StringComparison.Ordinal);
        var parts = (reason < 0 ? line : line[..reason]).Split(' ', 2, StringSplitOptions.TrimEntries);
        return reason > 0 && reason + 3 < line.Length && parts.Length == 2
            ? (parts[0], parts[1])
            : throw new InvalidOperationException($"{File}: a waiver is 'RULE NAME # REASON', not '{line}'.");
    }
}
