using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Contracts.Errors;

namespace Exchange.Gateway.Publishing;

/// <summary>What the catalogue wrote down of a publication.</summary>
/// <param name="Changed">Entries of the change feed; null where the publication was interrupted and its part cannot be told from others'.</param>
/// <param name="SetAside">Rows in quarantine.</param>
/// <param name="Head">The resource's feed offset after it; null as <paramref name="Changed"/>.</param>
internal sealed record StoredRows(long? Changed, long SetAside, long? Head);

/// <summary>The per-line report of a publication, in the caller's language. Names lines, fields and rules, never values.</summary>
internal static class PublicationReport
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The report of a publication that is stored.</summary>
    public static byte[] Stored(Guid publication, PublishRequest request, Examination found, StoredRows stored, Language language)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            json.WriteString("publication", publication);
            json.WriteString("resource", request.Resource);
            json.WriteString("mode", request.Mode == PublishMode.Snapshot ? "snapshot" : "changes");
            WriteCounts(json, found, found.Accepted, language);
            json.WriteNumber("setAside", stored.SetAside);
            WriteNumber(json, "changed", stored.Changed);
            WriteNumber(json, "head", stored.Head);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }

    /// <summary>Adds to a problem why lines are rejected.</summary>
    public static void Extend(Utf8JsonWriter json, Examination found, Language language) => WriteCounts(json, found, accepted: 0, language);

    private static void WriteCounts(Utf8JsonWriter json, Examination found, long accepted, Language language)
    {
        json.WriteNumber("lines", found.Lines);
        json.WriteNumber("accepted", accepted);
        json.WriteNumber("rejected", found.Rejected);
        json.WriteStartArray("rejections");
        foreach (var line in found.Rejections) Write(json, line, language);
        json.WriteEndArray();
        json.WriteNumber("rejectionsOmitted", found.Rejected - found.Rejections.Count);
    }

    private static void Write(Utf8JsonWriter json, RejectedLine line, Language language)
    {
        json.WriteStartObject();
        json.WriteNumber("line", line.Line);
        if (line.Offset is { } offset) json.WriteNumber("offset", offset);
        json.WriteStartArray("errors");
        foreach (var reason in line.Reasons)
        {
            json.WriteStartObject();
            if (reason.Data.GetValueOrDefault("field") is { Length: > 0 } field) json.WriteString("field", field);
            json.WriteNumber("code", reason.Code.Number);
            json.WriteString("name", reason.Code.Name);
            json.WriteString("detail", reason.Text(language));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
