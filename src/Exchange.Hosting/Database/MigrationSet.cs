using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Exchange.Hosting.Database;

/// <param name="Version">Four digits of the file name; versions of a set are gap-free from 1.</param>
/// <param name="Name">The rest of the file name.</param>
/// <param name="Sha256">Of the text with LF line ends, lower-case hexadecimal.</param>
public sealed record Migration(int Version, string Name, string Sql, string Sha256);

/// <summary>The migrations of one host: its embedded files <c>Database/Migrations/V0001__name.sql</c>.</summary>
/// <param name="HistorySchema">A schema that the host's role owns; holds the table <c>schema_history</c>.</param>
public sealed partial record MigrationSet(string HistorySchema, IReadOnlyList<Migration> Migrations)
{
    /// <summary>Reads the set of an assembly.</summary>
    /// <exception cref="InvalidOperationException">A file name is malformed, or the versions are not 1, 2, 3, …</exception>
    public static MigrationSet FromAssembly(Assembly assembly, string historySchema)
    {
        var migrations = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.Contains(".Database.Migrations.", StringComparison.Ordinal)))
        {
            var match = FileName().Match(resource);
            if (!match.Success) throw new InvalidOperationException($"{resource} is not named V0001__name.sql");
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            migrations.Add(Create(int.Parse(match.Groups["version"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["name"].Value, reader.ReadToEnd()));
        }
        return From(historySchema, migrations);
    }

    internal static MigrationSet From(string historySchema, IEnumerable<Migration> migrations)
    {
        var ordered = migrations.OrderBy(m => m.Version).ToArray();
        for (var i = 0; i < ordered.Length; i++)
        {
            if (ordered[i].Version != i + 1)
                throw new InvalidOperationException($"Migrations of {historySchema} must be numbered 1, 2, 3, …; found {ordered[i].Version} in place {i + 1}");
        }
        return new(historySchema, ordered);
    }

    internal static Migration Create(int version, string name, string sql)
    {
        var text = sql.ReplaceLineEndings("\n");
        return new(version, name, text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    [GeneratedRegex(@"\.V(?<version>\d{4})__(?<name>[a-z0-9_]+)\.sql$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FileName();
}
