using System.Text.RegularExpressions;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Catalog.Participants;

/// <summary>What a registration of a participant or a client must fulfil.</summary>
internal static partial class ParticipantRules
{
    public static Error? Check(RegisterParticipant request)
    {
        var findings = new List<ErrorDetail>();
        if (!Code.IsMatch(request.Code)) findings.Add(Named("/code", request.Code, "^[a-z][a-z0-9-]{1,62}$"));
        Length(findings, "/titleZh", request.TitleZh, 50);
        Length(findings, "/titleEn", request.TitleEn, 200);
        if (request.Uscc is not null && !Uscc.IsMatch(request.Uscc)) findings.Add(Named("/uscc", request.Uscc, "GB 32100"));
        return findings.Count == 0 ? null : ErrorCodes.ParticipantInvalid.WithDetails(findings);
    }

    public static Error? Check(RegisterClient request)
    {
        var findings = new List<ErrorDetail>();
        if (!ClientId.IsMatch(request.ClientId)) findings.Add(Named("/clientId", request.ClientId, "^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$"));
        if (request.SecretHash.Length is 0 or > 1000) findings.Add(Missing("/secretHash"));
        if (request.Roles.Length == 0) findings.Add(Missing("/roles"));
        for (var i = 0; i < request.Roles.Length; i++)
        {
            if (!ClientRoles.All.Contains(request.Roles[i])) findings.Add(Named($"/roles/{i}", request.Roles[i], string.Join(", ", ClientRoles.All)));
        }

        return findings.Count == 0 ? null : ErrorCodes.ClientInvalid.WithDetails(findings);
    }

    /// <summary>Adds a finding where a text is missing or has more than <paramref name="limit"/> code points.</summary>
    internal static void Length(List<ErrorDetail> findings, string pointer, string? text, int limit)
    {
        if (string.IsNullOrWhiteSpace(text)) findings.Add(Missing(pointer));
        else if (text.EnumerateRunes().Count() > limit)
            findings.Add(new ErrorDetail(pointer, ErrorCodes.ValueTooLong, ErrorCodes.ValueTooLong.With(("field", pointer[1..]), ("limit", limit)).Data));
    }

    private static ErrorDetail Missing(string pointer) => new(pointer, ErrorCodes.ValueMissing, ErrorCodes.ValueMissing.With(("name", pointer[1..])).Data);

    private static ErrorDetail Named(string pointer, string name, string rule) =>
        new(pointer, ErrorCodes.NameInvalid, ErrorCodes.NameInvalid.With(("name", name), ("rule", rule)).Data);

    [GeneratedRegex("^[a-z][a-z0-9-]{1,62}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Code { get; }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{1,99}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex ClientId { get; }

    [GeneratedRegex("^[0-9A-HJ-NP-RTUWXY]{18}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Uscc { get; }
}
