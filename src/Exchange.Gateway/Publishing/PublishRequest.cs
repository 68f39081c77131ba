using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Records;
using Microsoft.Net.Http.Headers;

namespace Exchange.Gateway.Publishing;

internal enum PublishMode
{
    /// <summary>Lines are changes; what is not mentioned stays.</summary>
    Changes,

    /// <summary>The body is the whole resource; what is not in it is deleted.</summary>
    Snapshot,
}

internal enum BadLinePolicy
{
    /// <summary>One bad line, and nothing is stored.</summary>
    Reject,

    /// <summary>Bad lines go to quarantine, the others are stored.</summary>
    SetAside,
}

internal enum LineForm
{
    /// <summary>Each line is a record.</summary>
    Records,

    /// <summary>Each line is an item of the change feed.</summary>
    Changes,
}

internal enum PublishFormat
{
    Ndjson,
    Csv,
}

/// <summary>What a publication asks for, besides its body.</summary>
internal sealed record PublishRequest(string Resource, string Key, PublishFormat Format, PublishMode Mode, BadLinePolicy OnBadLine, LineForm Lines)
{
    public const string KeyHeader = "Idempotency-Key";
    public const string ModeParameter = "mode";
    public const string BadLineParameter = "on-bad-line";
    public const string LinesParameter = "lines";
    public const int MaxKeyLength = 255;
    public static readonly string[] MediaTypes = ["application/x-ndjson", "application/ndjson", "application/jsonl", "text/csv"];

    private static readonly Dictionary<string, PublishMode> Modes = new(StringComparer.Ordinal) { ["changes"] = PublishMode.Changes, ["snapshot"] = PublishMode.Snapshot };
    private static readonly Dictionary<string, BadLinePolicy> Policies = new(StringComparer.Ordinal) { ["reject"] = BadLinePolicy.Reject, ["set-aside"] = BadLinePolicy.SetAside };
    private static readonly Dictionary<string, LineForm> Forms = new(StringComparer.Ordinal) { ["records"] = LineForm.Records, ["changes"] = LineForm.Changes };

    public static Result<PublishRequest> Parse(HttpContext http, string resource)
    {
        var format = FormatOf(http.Request);
        if (format.IsError) return format.Error;
        var key = KeyOf(http.Request);
        if (key.IsError) return key.Error;
        var parameters = QueryParameters.Only(http, ModeParameter, BadLineParameter, LinesParameter);
        if (parameters.IsError) return parameters.Error;
        var mode = Choose(parameters.Value, ModeParameter, Modes);
        if (mode.IsError) return mode.Error;
        var policy = Choose(parameters.Value, BadLineParameter, Policies);
        if (policy.IsError) return policy.Error;
        var lines = Choose(parameters.Value, LinesParameter, Forms);
        if (lines.IsError) return lines.Error;
        if (lines.Value == LineForm.Changes && (mode.Value == PublishMode.Snapshot || format.Value == PublishFormat.Csv))
            return ErrorCodes.ParameterInvalid.With(("parameter", LinesParameter), ("reason", "application/x-ndjson, mode=changes"));
        return new PublishRequest(resource, key.Value, format.Value, mode.Value, policy.Value, lines.Value);
    }

    /// <summary>What the key stands for: everything that bears on the effect, and the body. Keyed, so that it tells nothing of a small body.</summary>
    public byte[] Hash(byte[] key, ReadOnlySpan<byte> bodySha256)
    {
        var text = Encoding.UTF8.GetBytes($"{Resource}\n{Format}\n{Mode}\n{OnBadLine}\n{Lines}\n");
        return HMACSHA256.HashData(key, (ReadOnlySpan<byte>)[.. text, .. bodySha256]);
    }

    /// <summary>Two locks are the same where their numbers are; a rare coincidence makes one wait for nothing.</summary>
    public long KeyLock(Guid participant) =>
        BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"exchange.publication\n{participant}\n{Resource}\n{Key}")));

    private static Result<T> Choose<T>(IReadOnlyDictionary<string, string> parameters, string name, Dictionary<string, T> values)
        where T : struct, Enum
    {
        if (!parameters.TryGetValue(name, out var text)) return default(T);
        return values.TryGetValue(text, out var value) ? value : ErrorCodes.ParameterInvalid.With(("parameter", name), ("reason", string.Join(" | ", values.Keys)));
    }

    private static Result<PublishFormat> FormatOf(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) return ErrorCodes.BodyTypeUnsupported.With();
        if (type.Charset.HasValue && !type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return ErrorCodes.BodyNotUtf8.With(("line", 1));
        var place = Array.FindIndex(MediaTypes, m => type.MediaType.Equals(m, StringComparison.OrdinalIgnoreCase));
        if (place < 0) return ErrorCodes.BodyTypeUnsupported.With();
        return place == MediaTypes.Length - 1 ? PublishFormat.Csv : PublishFormat.Ndjson;
    }

    private static Result<string> KeyOf(HttpRequest request)
    {
        var values = request.Headers[KeyHeader];
        if (values.Count == 0) return ErrorCodes.IdempotencyKeyMissing.With();
        var key = values.Count == 1 ? values[0]!.Trim() : "";
        if (key is ['"', .., '"']) key = key[1..^1];
        var isGood = key.Length is > 0 and <= MaxKeyLength && key.All(c => c is > ' ' and <= '~');
        return isGood ? key : ErrorCodes.IdempotencyKeyInvalid.With(("limit", MaxKeyLength));
    }
}
