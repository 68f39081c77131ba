using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Catalogue;
using Exchange.Gateway.Database;
using Exchange.Records.Formats;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Gateway.Quarantine;

/// <summary><c>GET /v1/quarantine/{resource}/{id}</c>: one record, what was done with it, and, for its owner alone, its values.</summary>
internal static class ReadQuarantined
{
    public static Task HandleAsync(HttpContext http, string resource, long id, Desk desk, GatewayDatabase database) =>
        desk.RunAsync(http, "read_quarantined", ResourceOwner.OwnerOrBureau, async (caller, cancellation) =>
        {
            var isOwner = await ResourceOwner.CheckAsync(caller, resource, bureauToo: true, database, cancellation);
            if (isOwner.IsError) return isOwner.Error;
            await using var command = database.Reading.CreateCommand(QuarantineSql.Record);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = resource });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = id });
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            if (!await reader.ReadAsync(cancellation)) return ErrorCodes.QuarantineUnknown.With();
            var schema = ResourceSchema.Parse(reader.GetString(2));
            if (schema.IsError) return schema.Error;
            return new DeskAnswer(StatusCodes.Status200OK, Write(reader.GetString(0), isOwner.Value ? reader.GetFieldValue<byte[]>(1) : null, schema.Value));
        });

    /// <param name="row">The tuple as it came; null where the caller does not see it.</param>
    internal static byte[] Write(string item, byte[]? row, ResourceSchema schema)
    {
        var output = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        using var members = JsonDocument.Parse(item);
        json.WriteStartObject();
        foreach (var member in members.RootElement.EnumerateObject()) member.WriteTo(json);
        if (row is not null) WriteRecord(json, row, schema);
        json.WriteEndObject();
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static void WriteRecord(Utf8JsonWriter json, byte[] row, ResourceSchema schema)
    {
        var first = System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(row) == schema.Fields.Count + 1 ? 1 : 0;
        var fields = new FieldSlice[schema.Fields.Count + first];
        var reader = new RowReader(row);
        if (!reader.ReadRow(fields)) return;
        json.WriteString("operation", first == 1 && row[fields[0].Offset] == (byte)'D' ? "delete" : "upsert");
        json.WriteStartObject("record");
        foreach (var field in schema.Fields)
        {
            var place = fields[field.Ordinal + first];
            json.WritePropertyName(field.Name);
            FieldJson.Write(json, field, place.IsNull ? default : row.AsSpan(place.Offset, place.Length), place.IsNull);
        }

        json.WriteEndObject();
    }
}
