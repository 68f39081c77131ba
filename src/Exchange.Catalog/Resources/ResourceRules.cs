using System.Text.RegularExpressions;
using Exchange.Catalog.Participants;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Schemas;

namespace Exchange.Catalog.Resources;

/// <summary>What a registration of a resource must fulfil.</summary>
internal static partial class ResourceRules
{
    private const int LongestName = 40;

    /// <summary>Checks the registration itself; the schema is read and returned.</summary>
    public static Result<ResourceSchema> Check(RegisterResource request)
    {
        var findings = new List<ErrorDetail>();
        if (request.Name.Length > LongestName || !Name.IsMatch(request.Name))
        {
            var error = ErrorCodes.NameInvalid.With(("name", request.Name), ("rule", "^[a-z][a-z0-9]*(_[a-z0-9]+)*$, 1–40"));
            findings.Add(new ErrorDetail("/name", ErrorCodes.NameInvalid, error.Data));
        }

        ParticipantRules.Length(findings, "/titleZh", request.TitleZh, 50);
        ParticipantRules.Length(findings, "/titleEn", request.TitleEn, 200);
        if (request.Description is not null) ParticipantRules.Length(findings, "/description", request.Description, 256);
        if (findings.Count > 0) return ErrorCodes.ResourceInvalid.WithDetails(findings);

        var schema = ResourceSchema.Parse(request.Schema);
        if (schema.IsError) return schema.Error;
        foreach (var field in schema.Value.Fields.Where(f => f.Name.StartsWith('_')))
            findings.Add(new ErrorDetail($"/schema/properties/{field.Name}", ErrorCodes.NameInvalid, ErrorCodes.NameInvalid.With(("name", field.Name), ("rule", "^[^_]")).Data));
        return findings.Count > 0 ? ErrorCodes.ResourceInvalid.WithDetails(findings) : schema;
    }

    /// <summary>The bit of each field in the feed's masks of changed columns: known ones stay, new ones follow.</summary>
    public static IReadOnlyDictionary<string, int> Bits(ResourceSchema schema, IReadOnlyDictionary<string, int> known)
    {
        var bits = new Dictionary<string, int>(known, StringComparer.Ordinal);
        foreach (var field in schema.Fields)
        {
            if (!bits.ContainsKey(field.Name)) bits.Add(field.Name, Math.Min(bits.Count, StoreColumns.SharedBit));
        }

        return bits;
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(?:_[a-z0-9]+)*\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name { get; }
}
