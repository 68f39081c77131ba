using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Exchange.Adapters.Inventory;

/// <summary>Writes one object of JSON as people read it.</summary>
internal static class DraftJson
{
    private static readonly JsonWriterOptions s_options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    public static void WriteTold(this Utf8JsonWriter writer, string name, IEnumerable<Told> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStartObject();
            writer.WriteString("zh", text.Zh);
            writer.WriteString("en", text.En);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
