using System.Text.RegularExpressions;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Schemas;

namespace Exchange.Catalog.Grants;

/// <summary>What a grant must fulfil over the schema of its resource. All findings are answered at once, each with its JSON Pointer.</summary>
internal static partial class GrantRules
{
    private const int LongestBasis = 500;

    public static Error? Check(CreateGrant request, ResourceSchema schema, DateTimeOffset now)
    {
        var findings = new Findings();
        if (!Purpose.IsMatch(request.Purpose)) findings.Add("/purpose", ErrorCodes.NameInvalid, ("name", request.Purpose), ("rule", "^[!-~]{1,64}$"));
        Text(findings, "/legalBasis", request.LegalBasis);
        Text(findings, "/requestedBy", request.RequestedBy);
        if (request.ValidUntil <= request.ValidFrom || request.ValidUntil <= now) findings.Add("/validUntil", ErrorCodes.ValidityInvalid);
        if (request.RowsPerDay < 1) findings.Add("/rowsPerDay", ErrorCodes.NumberTooSmall, ("name", "rowsPerDay"), ("limit", 1));
        CheckMethods(findings, request);
        CheckFields(findings, request, schema);
        CheckVerifyFields(findings, request, schema);
        CheckCombinations(findings, request, schema);
        if (request.RowFilter is { } filter) RowFilterRules.Check(findings, filter, schema);
        return findings.Count == 0 ? null : ErrorCodes.GrantInvalid.WithDetails(findings, ("count", findings.Count));
    }

    /// <summary>Whether a mask keeps the field's type and, for a key, tells its rows apart.</summary>
    internal static bool Fits(string mask, Field field) => mask switch
    {
        Masks.Pseudonym => field.Type == FieldType.Text,
        _ when field.IsKey => false,
        Masks.Year => field.Type == FieldType.Date,
        _ => field.Type == FieldType.Text,
    };

    private static void CheckMethods(Findings findings, CreateGrant request)
    {
        if (request.Methods.Length == 0) findings.Missing("/methods");
        Each(findings, "/methods", request.Methods, (pointer, method) =>
        {
            if (!GrantMethods.All.Contains(method)) findings.Add(pointer, ErrorCodes.MethodUnknown, ("method", method));
        });
    }

    private static void CheckFields(Findings findings, CreateGrant request, ResourceSchema schema)
    {
        if (request.Fields.Length == 0 && request.Methods.Any(m => m != GrantMethods.Verify)) findings.Missing("/fields");
        Each(findings, "/fields", [.. request.Fields.Select(f => f.Name)], (pointer, name) =>
        {
            if (schema.Find(name) is null) findings.Add(pointer + "/name", ErrorCodes.FieldUnknown, ("field", name));
        });
        for (var i = 0; i < request.Fields.Length; i++)
        {
            if (request.Fields[i] is not { Mask: { } mask, Name: var name }) continue;
            if (!Masks.All.Contains(mask)) findings.Add($"/fields/{i}/mask", ErrorCodes.MaskUnknown, ("mask", mask));
            else if (schema.Find(name) is { } field && !Fits(mask, field)) findings.Add($"/fields/{i}/mask", ErrorCodes.MaskMisfit, ("mask", mask), ("field", name));
        }

        // A deleted row is told by its key: who follows changes without the key could not apply them.
        if (!request.Methods.Contains(GrantMethods.Changes)) return;
        foreach (var key in schema.Keys.Where(k => !Array.Exists(request.Fields, f => f.Name == k.Name))) findings.Missing("/fields", key.Name);
    }

    private static void CheckVerifyFields(Findings findings, CreateGrant request, ResourceSchema schema)
    {
        if (request.Methods.Contains(GrantMethods.Verify) && request.VerifyFields.Length == 0) findings.Missing("/verifyFields");
        Each(findings, "/verifyFields", request.VerifyFields, (pointer, name) =>
        {
            if (schema.Find(name) is null) findings.Add(pointer, ErrorCodes.FieldUnknown, ("field", name));
        });
    }

    /// <summary>A resident id holds the date of birth: with the date at its side, a masked id is easily completed.</summary>
    private static void CheckCombinations(Findings findings, CreateGrant request, ResourceSchema schema)
    {
        for (var i = 0; i < request.Fields.Length; i++)
        {
            if (request.Fields[i].Mask != Masks.Id || schema.Find(request.Fields[i].Name) is not { Personal: "id" } id) continue;
            foreach (var other in request.Fields.Where(f => f.Mask is null && schema.Find(f.Name) is { Personal: "birth" }))
                findings.Add($"/fields/{i}/mask", ErrorCodes.MaskCombinationRebuilds, ("field", id.Name), ("other", other.Name));
        }
    }

    private static void Text(Findings findings, string pointer, string text)
    {
        if (string.IsNullOrWhiteSpace(text)) findings.Missing(pointer);
        else if (text.EnumerateRunes().Count() > LongestBasis) findings.Add(pointer, ErrorCodes.ValueTooLong, ("field", pointer[1..]), ("limit", LongestBasis));
    }

    private static void Each(Findings findings, string pointer, string[] names, Action<string, string> check)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            if (!known.Add(names[i])) findings.Add($"{pointer}/{i}", ErrorCodes.ValueRepeated, ("name", names[i]));
            check($"{pointer}/{i}", names[i]);
        }
    }

    [GeneratedRegex("^[!-~]{1,64}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Purpose { get; }
}

/// <summary>Collects findings.</summary>
internal sealed class Findings : List<ErrorDetail>
{
    public void Add(string pointer, ErrorCode code, params (string Name, object? Value)[] data) => Add(new ErrorDetail(pointer, code, code.With(data).Data));

    public void Missing(string pointer, string? name = null) => Add(pointer, ErrorCodes.ValueMissing, ("name", name ?? pointer[1..]));
}
