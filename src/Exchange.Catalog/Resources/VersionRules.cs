using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;

namespace Exchange.Catalog.Resources;

/// <summary>Whether a new version of a resource may follow the published one: everyone who reads the published one must be able to go on.</summary>
internal static class VersionRules
{
    private const string Nobody = "-";

    /// <param name="subscribers">Codes of the participants that hold a valid grant.</param>
    public static Error? Check(ResourceSchema published, ResourceSchema proposed, IReadOnlyCollection<string> subscribers)
    {
        var findings = SchemaCompatibility.Breaks(proposed, published);
        if (findings.Count == 0) return null;
        return ErrorCodes.SchemaBreaking.WithDetails(
            findings,
            ("count", findings.Count),
            ("subscribers", subscribers.Count),
            ("affected", subscribers.Count == 0 ? Nobody : string.Join(", ", subscribers)));
    }
}
