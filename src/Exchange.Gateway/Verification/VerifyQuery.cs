using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Authorization;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Verification;

/// <summary>The shape of the body, for the API's document; it is read by <see cref="VerifyQuery.Parse"/>.</summary>
internal sealed record VerifyBody(Dictionary<string, JsonElement> Key, Dictionary<string, JsonElement> Match);

/// <param name="Value">Canonical text, or null.</param>
internal sealed record FieldValue(Field Field, string? Value);

/// <summary>What is asked for by <c>POST /v1/verify/{resource}</c>: <c>{"key":{…},"match":{…}}</c>.</summary>
internal sealed record VerifyQuery(IReadOnlyList<FieldValue> Key, IReadOnlyList<FieldValue> Match) : IAccessQuery
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 3 };

    public long? FromOffset => null;

    /// <summary>A field that may not be verified is answered like one that does not exist. The key may be named without being granted: whoever asks knows it.</summary>
    public static Result<VerifyQuery> Parse(byte[] body, GrantPlan plan)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, Strict);
        }
        catch (JsonException)
        {
            return ErrorCodes.BodyInvalid.With();
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject().Any(p => p.Name is not ("key" or "match"))
                || !root.TryGetProperty("key", out var key) || !root.TryGetProperty("match", out var match)) return ErrorCodes.BodyInvalid.With();
            var keys = Fields(key, "/key", plan.Schema, field => field.IsKey);
            if (keys.IsError) return keys.Error;
            if (keys.Value.Count != plan.Schema.Keys.Count || keys.Value.Any(k => k.Value is null)) return ErrorCodes.KeyMalformed.With(("count", plan.Schema.Keys.Count));
            var matches = Fields(match, "/match", plan.Schema, field => plan.VerifyFields.Contains(field.Name));
            if (matches.IsError) return matches.Error;
            return matches.Value.Count == 0 ? ErrorCodes.BodyInvalid.With() : new VerifyQuery(keys.Value, matches.Value);
        }
    }

    private static Result<List<FieldValue>> Fields(JsonElement members, string pointer, ResourceSchema schema, Func<Field, bool> allowed)
    {
        if (members.ValueKind != JsonValueKind.Object) return ErrorCodes.BodyInvalid.With();
        var values = new List<FieldValue>();
        foreach (var member in members.EnumerateObject())
        {
            if (schema.Find(member.Name) is not { } field || !allowed(field)) return ErrorCodes.FieldUnknown.With(("field", member.Name));
            var text = Text(member.Value);
            var canonical = text is null ? null : KeyText.Canonical(field, text);
            if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array || (text is not null && canonical is null))
                return ErrorCodes.BodyInvalid.WithDetails([Wrong(pointer, field)]);
            values.Add(new FieldValue(field, canonical));
        }

        return values;
    }

    private static ErrorDetail Wrong(string pointer, Field field) => new(
        $"{pointer}/{field.Name}",
        ErrorCodes.ValueTypeWrong,
        new Dictionary<string, string>(StringComparer.Ordinal) { ["field"] = field.Name, ["type"] = field.Type.PostgresName() });

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null => null,
        _ => value.GetRawText(),
    };
}
