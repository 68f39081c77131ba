using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Exchange.System.Tests.Architecture;

public sealed class SurfaceTests
{
    // Contracts and records are the vocabulary of all projects, hosting what every host may take up.
    private static readonly string[] s_vocabulary = ["Exchange.Contracts", "Exchange.Records", "Exchange.Hosting"];

    private static readonly Lazy<ILookup<string, string>> s_shown = new(ShownBy);

    [Fact]
    public void Classes_OfCode_AreSealedStaticAbstractOrDerivedFrom()
    {
        var bases = Repository.Sources
            .SelectMany(file => file.Root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
            .SelectMany(type => type.BaseList?.Types ?? [])
            .Select(type => SimpleName(type.Type))
            .ToHashSet(StringComparer.Ordinal);

        Waivers.Check("sealed", Repository.Sources.SelectMany(file => file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>()
            .Where(type => type is ClassDeclarationSyntax || (type is RecordDeclarationSyntax record && !record.ClassOrStructKeyword.IsKind(SyntaxKind.StructKeyword)))
            .Where(type => !type.Modifiers.Any(m => m.Kind() is SyntaxKind.SealedKeyword or SyntaxKind.StaticKeyword or SyntaxKind.AbstractKeyword))
            .Where(type => !bases.Contains(type.Identifier.Text) && !OtherPartIsMarked(type))
            .Select(type => ($"{file.Path} {type.Identifier.Text}", $"not sealed at {file.At(type)}"))));
    }

    [Fact]
    public void Types_OfProduct_ArePublicOnlyWhereAnotherProjectUsesThem()
    {
        var used = Repository.Sources
            .GroupBy(file => file.Project, StringComparer.Ordinal)
            .ToDictionary(
                project => project.Key,
                project => project.SelectMany(file => file.Root.DescendantTokens()).Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.Text)
                    .ToHashSet(StringComparer.Ordinal),
                StringComparer.Ordinal);

        Waivers.Check("public", Repository.Sources.Where(file => file.IsProduct && !s_vocabulary.Contains(file.Project, StringComparer.Ordinal)).SelectMany(file => file.Root
            .DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Where(type => type.Parent is not TypeDeclarationSyntax && type.Modifiers.Any(SyntaxKind.PublicKeyword))
            .Where(type => !IsNeededOutside(type, file.Project, used))
            .Select(type => ($"{file.Path} {type.Identifier.Text}", $"public at {file.At(type)}, but no other project names it"))));
    }

    // A type is needed outside if another project names it, or one of its extension methods.
    private static bool IsNeededOutside(BaseTypeDeclarationSyntax type, string project, Dictionary<string, HashSet<string>> used)
    {
        var names = type.DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(method => method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) == true)
            .Select(method => method.Identifier.Text)
            .Append(type.Identifier.Text);
        return names.Any(name => used.Any(other => !string.Equals(other.Key, project, StringComparison.Ordinal) && other.Value.Contains(name)))
            || IsInPublicSignature(type);
    }

    // Or if another public type shows it.
    private static bool IsInPublicSignature(BaseTypeDeclarationSyntax type) =>
        s_shown.Value[type.Identifier.Text].Any(owner => !string.Equals(owner, type.Identifier.Text, StringComparison.Ordinal));

    // Per name, the public types in whose public signatures it occurs.
    private static ILookup<string, string> ShownBy() =>
        (from type in Repository.Sources.Where(file => file.IsProduct).SelectMany(file => file.Root.DescendantNodes()).OfType<TypeDeclarationSyntax>()
         where type.Modifiers.Any(SyntaxKind.PublicKeyword)
         from shown in type.Members.Where(member => member is not BaseTypeDeclarationSyntax && member.Modifiers.Any(SyntaxKind.PublicKeyword)).SelectMany(SignatureTypes)
             .Concat(type.BaseList?.Types.AsEnumerable() ?? [])
             .Concat(type.ParameterList?.Parameters.AsEnumerable() ?? [])
         from token in shown.DescendantTokens()
         where token.IsKind(SyntaxKind.IdentifierToken)
         select (Name: token.Text, Owner: type.Identifier.Text)).Distinct().ToLookup(pair => pair.Name, pair => pair.Owner, StringComparer.Ordinal);

    private static IEnumerable<SyntaxNode> SignatureTypes(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => [method.ReturnType, method.ParameterList],
        ConstructorDeclarationSyntax constructor => [constructor.ParameterList],
        PropertyDeclarationSyntax property => [property.Type],
        FieldDeclarationSyntax field => [field.Declaration.Type],
        DelegateDeclarationSyntax function => [function.ReturnType, function.ParameterList],
        _ => [],
    };

    private static bool OtherPartIsMarked(TypeDeclarationSyntax type) =>
        type.Modifiers.Any(SyntaxKind.PartialKeyword) && Repository.Sources.SelectMany(file => file.Root.DescendantNodes().OfType<TypeDeclarationSyntax>()).Any(other =>
            string.Equals(other.Identifier.Text, type.Identifier.Text, StringComparison.Ordinal)
            && other.Modifiers.Any(m => m.Kind() is SyntaxKind.SealedKeyword or SyntaxKind.StaticKeyword or SyntaxKind.AbstractKeyword));

    private static string SimpleName(TypeSyntax type) => type switch
    {
        GenericNameSyntax generic => generic.Identifier.Text,
        QualifiedNameSyntax qualified => SimpleName(qualified.Right),
        _ => type.ToString(),
    };
}
