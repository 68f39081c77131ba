using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Exchange.Records.Schemas;

/// <summary>
/// The form of a schema that its fingerprint is taken over: no white space, one way to escape, keywords sorted by name; the fields under <c>properties</c> stay in
/// their order, because it is the order in every row.
/// </summary>
internal static class CanonicalJson
{
    public static string Fingerprint(JsonElement root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, root, isRoot: true);
        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, bool isRoot)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(writer, element, isRoot);
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray()) Write(writer, item, isRoot: false);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(element.GetString());
                break;
            default:
                writer.WriteRawValue(element.GetRawText());
                break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, JsonElement element, bool isRoot)
    {
        writer.WriteStartObject();
        foreach (var member in element.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            writer.WritePropertyName(member.Name);
            if (isRoot && member.Name == "properties") WriteInOrder(writer, member.Value);
            else Write(writer, member.Value, isRoot: false);
        }

        writer.WriteEndObject();
    }

    private static void WriteInOrder(Utf8JsonWriter writer, JsonElement properties)
    {
        writer.WriteStartObject();
        foreach (var field in properties.EnumerateObject())
        {
            writer.WritePropertyName(field.Name);
            Write(writer, field.Value, isRoot: false);
        }

        writer.WriteEndObject();
    }
}
