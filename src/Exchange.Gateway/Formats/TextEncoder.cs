using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Problems;
using Exchange.Records.Formats;
using Exchange.Records.Rows;

namespace Exchange.Gateway.Formats;

/// <summary>NDJSON and CSV. A cut NDJSON stream ends with a line <c>{"_problem":{…}}</c>; CSV has no way to say it, so the connection breaks.</summary>
internal sealed class TextEncoder(IRowsWriter writer, bool hasNotice) : IRowEncoder
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Begin(IBufferWriter<byte> output) => writer.WriteHeader(output);

    public void Row(IBufferWriter<byte> output, ReadOnlySpan<byte> tuple, ReadOnlySpan<FieldSlice> places) => writer.WriteRow(output, tuple, places);

    public void End(IBufferWriter<byte> output) => writer.WriteTrailer(output);

    public ReadOnlyMemory<byte>? Notice(HttpContext http, Error reason)
    {
        if (!hasNotice) return null;
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WritePropertyName("_problem");
            Problem.Write(json, http, reason);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }
}
