using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Exchange.System.Tests.Architecture;

public sealed class TestNameTests
{
    private static readonly string[] s_attributes = ["Fact", "Theory"];

    [Fact]
    public void Classes_WithTests_EndInTestsOrProperties() =>
        Waivers.Check("test-class-name", Tests()
            .Select(test => (test.File, Class: test.Method.Ancestors().OfType<ClassDeclarationSyntax>().First()))
            .Where(test => !test.Class.Identifier.Text.EndsWith("Tests", StringComparison.Ordinal)
                && !test.Class.Identifier.Text.EndsWith("Properties", StringComparison.Ordinal) && !IsContract(test.Class))
            .Select(test => ($"{test.File.Path} {test.Class.Identifier.Text}", "does not end in Tests or Properties"))
            .Distinct());

    [Fact]
    public void Methods_OfTests_AreNamedOperationConditionOutcome() =>
        Waivers.Check("test-name", Tests()
            .Where(test => test.Method.Identifier.Text.Split('_') is not [{ Length: > 0 }, { Length: > 0 }, { Length: > 0 }])
            .Select(test => ($"{test.File.Path} {test.Method.Identifier.Text}", $"at {test.File.At(test.Method)}")));

    private static List<(SourceFile File, MethodDeclarationSyntax Method)> Tests()
    {
        var tests = Repository.Sources.SelectMany(file => file.Root.DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(method => method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => s_attributes.Contains(attribute.Name.ToString(), StringComparer.Ordinal)))
            .Select(method => (File: file, Method: method))).ToList();
        Assert.NotEmpty(tests);
        return tests;
    }

    // One suite for several implementations: abstract, its classes end in Tests.
    private static bool IsContract(ClassDeclarationSyntax type) =>
        type.Modifiers.Any(modifier => modifier.Text is "abstract") && type.Identifier.Text.EndsWith("Contract", StringComparison.Ordinal);
}
