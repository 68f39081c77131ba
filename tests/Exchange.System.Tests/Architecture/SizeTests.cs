using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Exchange.System.Tests.Architecture;

public sealed class SizeTests
{
    private const int LongestFile = 250;
    private const int LongestFunction = 60;
    private const int MostDependencies = 6;

    [Fact]
    public void Files_OfCode_FitOneReading() =>
        Waivers.Check("file-length", Repository.Sources
            .Select(file => (file.Path, Lines: file.Text.Split('\n').Length - 1))
            .Where(file => file.Lines > LongestFile)
            .Select(file => (file.Path, $"{file.Lines} lines, {LongestFile} allowed")));

    [Fact]
    public void Functions_OfCode_FitOneScreen() =>
        Waivers.Check("function-length", Repository.Sources.SelectMany(file => file.Root.DescendantNodes()
            .Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax)
            .Select(node => (node, Lines: LinesOf(node)))
            .Where(function => function.Lines > LongestFunction)
            .Select(function => ($"{file.Path} {NameOf(function.node)}", $"{function.Lines} lines at {file.At(function.node)}, {LongestFunction} allowed"))));

    [Fact]
    public void Dependencies_OfTypesAndHandlers_AreFew() =>
        Waivers.Check("dependencies", Repository.Sources.Where(file => file.IsProduct).SelectMany(file => file.Root.DescendantNodes()
            .Select(node => (node, Parameters: DependenciesOf(node)))
            .Where(found => found.Parameters > MostDependencies)
            .Select(found => ($"{file.Path} {NameOf(found.node)}", $"{found.Parameters} dependencies at {file.At(found.node)}, {MostDependencies} allowed"))));

    // Records and structs carry data; constructors of classes and functions named Handle… take dependencies, data and a token.
    private static int DependenciesOf(SyntaxNode node) => node switch
    {
        ClassDeclarationSyntax { ParameterList: { } primary } => CountDependencies(primary),
        ConstructorDeclarationSyntax { Parent: ClassDeclarationSyntax } constructor => CountDependencies(constructor.ParameterList),
        MethodDeclarationSyntax method when method.Identifier.Text.StartsWith("Handle", StringComparison.Ordinal) => CountDependencies(method.ParameterList),
        _ => 0,
    };

    private static int CountDependencies(ParameterListSyntax parameters) =>
        parameters.Parameters.Count(parameter => parameter.Type?.ToString() is not ("CancellationToken" or "string" or "int" or "long" or "bool" or "Guid" or "DateTimeOffset"));

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        AccessorDeclarationSyntax accessor => $"{accessor.Keyword.Text} of {(accessor.Parent?.Parent as PropertyDeclarationSyntax)?.Identifier.Text}",
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        _ => node.GetType().Name,
    };
}
