using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Exchange.System.Tests.Architecture;

public sealed partial class TrackedFileTests
{
    private const string Self = "tests/Exchange.System.Tests/Architecture/TrackedFileTests.cs";
    private static readonly string[] s_binary = [".xlsx", ".xls", ".png", ".jpg", ".bin", ".gz", ".zip"];


    [Fact]
    public void Files_Tracked_NameNoRegistry() =>
        AssertNone(line => RegistryHost().Match(line) is { Success: true } match ? match.Value : null);

    [Fact]
    public void Files_Tracked_HoldNoPathOfAMachine() =>
        AssertNone(line => MachinePath().Match(line) is { Success: true } match ? match.Value : null);

    [Fact]
    public void Files_Tracked_HoldNoUnfinishedWork() =>
        AssertNone(line => Unfinished().Match(line) is { Success: true } match ? match.Value : null);

    [Fact]
    public void Code_OfProduct_NeverReadsNeighbouringFolders()
    {
        var findings = Repository.Files
            .Where(path => path.StartsWith("src/", StringComparison.Ordinal) && !IsBinary(path))
            .Where(path => Repository.Read(path).Contains("shared/data", StringComparison.Ordinal) || Repository.Read(path).Contains("\"shared\"", StringComparison.Ordinal));

        Assert.Empty(findings);
    }

    [Fact]
    public void Consumers_OfMassTransit_AlwaysAwaitTheAcknowledgement()
    {
        var calls = Repository.Sources.SelectMany(file => file.Root.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "SetAwaitAck" }
                && call.ArgumentList.Arguments.Any(argument => argument.Expression.IsKind(SyntaxKind.FalseLiteralExpression)))
            .Select(file.At));

        Assert.Empty(calls);
    }

    [Fact]
    public void Exceptions_Caught_AreNeverDropped()
    {
        var empty = Repository.Sources.Where(file => file.IsProduct).SelectMany(file => file.Root.DescendantNodes().OfType<CatchClauseSyntax>()
            .Where(clause => clause.Block.Statements.Count == 0 && !clause.Block.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)))
            .Select(file.At));

        Assert.Empty(empty);
    }

    private static void AssertNone(Func<string, string?> find)
    {
        var findings = Repository.Files
            .Where(path => !IsBinary(path) && !string.Equals(path, Self, StringComparison.Ordinal))
            .SelectMany(path => Repository.Read(path).Split('\n').Select((line, index) => (At: $"{path}:{index + 1}", Found: find(line))))
            .Where(found => found.Found is not null)
            .Select(found => $"{found.At}: {found.Found}");

        Assert.Empty(findings);
    }

    private static bool IsBinary(string path) => s_binary.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    // Where packages and images come from is the business of who builds, behind a mirror or in a closed network. Names in parts, for this file is tracked too.
    [GeneratedRegex(@"\b([a-z0-9-]+\.)*(nuget|npmjs|npmmirror|yarnpkg|debian|ubuntu|docker|ghcr|quay|gcr|pypi|crates|golang|packagecloud|rubygems|maven|aliyuncs|visualstudio)\.(org|com|io|net)\b|\b(mcr|packages)\.microsoft\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"(?<![\w.])(/home/[a-z]|/root/|/work/|/Users/[A-Za-z]|[A-Z]:\\Users)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unfinished();
}
