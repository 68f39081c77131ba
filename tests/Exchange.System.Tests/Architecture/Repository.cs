using System.Diagnostics;
using Exchange.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Exchange.System.Tests.Architecture;

/// <summary>One C# file of the repository, parsed.</summary>
/// <param name="Path">Path from the root, with forward slashes.</param>
internal sealed record SourceFile(string Path, string Text, SyntaxNode Root)
{
    /// <summary>Name of the project the file belongs to: its second folder.</summary>
    public string Project => Path.Split('/')[1];

    public bool IsProduct => Path.StartsWith("src/", StringComparison.Ordinal);

    public string At(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
}

/// <summary>What is in the repository: the files git knows or would take in, not build outputs.</summary>
internal static class Repository
{
    private static readonly Lazy<IReadOnlyList<string>> s_files = new(ListFiles);
    private static readonly Lazy<IReadOnlyList<SourceFile>> s_sources = new(ParseSources);

    /// <summary>Paths from the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files => s_files.Value;

    /// <summary>All C# files.</summary>
    public static IReadOnlyList<SourceFile> Sources => s_sources.Value;

    public static string Read(string path) => File.ReadAllText(TestPaths.InRepository(path));

    private static List<string> ListFiles()
    {
        string output;
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                WorkingDirectory = TestPaths.Root,
            })!;
            output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            Assert.SkipUnless(git.ExitCode == 0, "The sources are not in a git repository.");
        }
        catch (global::System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not installed.");
            return [];
        }

        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(path => File.Exists(TestPaths.InRepository(path))).Order(StringComparer.Ordinal)];
    }

    private static List<SourceFile> ParseSources()
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        return [.. Files.Where(path => path.EndsWith(".cs", StringComparison.Ordinal)).Select(path =>
        {
            var text = Read(path);
            var tree = CSharpSyntaxTree.ParseText(text, options, path);
            var errors = tree.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()).ToArray();
            return errors.Length == 0 ? new SourceFile(path, text, tree.GetRoot()) : throw new InvalidOperationException($"{path} cannot be parsed: {errors[0]}");
        })];
    }
}
