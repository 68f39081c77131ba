using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Records.Formats;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using Npgsql;

namespace Exchange.Catalog.Quarantine;

/// <summary>A record of the quarantine.</summary>
/// <param name="Row">The tuple as it came.</param>
/// <param name="Key">Its key's canonical bytes, where they could be read.</param>
/// <param name="Schema">The version it came with.</param>
/// <param name="BatchEnd">The feed's offset after its batch.</param>
internal sealed record QuarantinedRecord(
    long Id, byte[] Row, byte[]? Key, QuarantineState State, DateTimeOffset? SettledAt, long? ReleasedHead, ResourceSchema Schema, long BatchEnd)
{
    public static QuarantinedRecord Read(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetFieldValue<byte[]>(1),
        r.IsDBNull(2) ? null : r.GetFieldValue<byte[]>(2),
        QuarantineRules.Parse(r.GetString(3)),
        r.IsDBNull(4) ? null : r.GetFieldValue<DateTimeOffset>(4),
        r.IsDBNull(5) ? null : r.GetInt64(5),
        ResourceSchema.Parse(r.GetString(6)).Value,
        r.IsDBNull(7) ? 0 : r.GetInt64(7));

    /// <summary>
    /// The record as a change of the current version: fields by name, those it lacks null, corrections put in. Fails with findings where a correction is for no field or no
    /// value of its field.
    /// </summary>
    public Result<byte[]> Rewrite(ResourceSchema current, IReadOnlyDictionary<string, JsonElement> corrections)
    {
        var isChange = BinaryPrimitives.ReadInt16BigEndian(Row) == Schema.Fields.Count + 1;
        var fields = new FieldSlice[Schema.Fields.Count + (isChange ? 1 : 0)];
        var reader = new RowReader(Row);
        if (!reader.ReadRow(fields)) return (reader.Fault ?? default).ToError();
        var isDelete = isChange && Row[fields[0].Offset] == (byte)ChangeOperation.Delete;

        var findings = Findings(current, corrections, isDelete).ToList();
        var output = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(output);
        writer.StartRow(current.Fields.Count + 1);
        writer.WriteRaw(isDelete ? "D"u8 : "U"u8);
        foreach (var field in current.Fields)
        {
            if (corrections.TryGetValue(field.Name, out var correction))
            {
                if (FieldJson.Read(field, correction, $"/fields/{field.Name}", writer) is { } wrong) findings.Add(wrong);
                continue;
            }

            var place = Schema.Find(field.Name) is { } old ? fields[old.Ordinal + (isChange ? 1 : 0)] : new FieldSlice(0, -1);
            if (place.IsNull) writer.WriteNull();
            else writer.WriteRaw(Row.AsSpan(place.Offset, place.Length));
        }

        return findings.Count > 0 ? ErrorCodes.QuarantineStillBad.WithDetails(findings, ("count", findings.Count)) : output.WrittenSpan.ToArray();
    }

    /// <summary>Checks a rewritten record. Answers with its key's canonical bytes, or with everything that it still breaks.</summary>
    public static Result<byte[]> Check(byte[] change, RowValidator validator)
    {
        var violations = new List<Violation>();
        var fields = new FieldSlice[validator.Schema.Fields.Count + 1];
        var sound = validator.CheckChange(change, 0, violations, fields, out _, out _);
        if (sound.IsError) return sound.Error;
        if (sound.Value) return RowDigester.For(validator.Schema).Key(change, fields.AsSpan(1)).ToArray();
        var details = violations.Where(v => !v.IsWarning)
            .Select(v => new ErrorDetail(v.Field is null ? "/fields" : $"/fields/{v.Field}", v.Code, v.ToError().Data)).ToList();
        return ErrorCodes.QuarantineStillBad.WithDetails(details, ("count", details.Count));
    }

    private static IEnumerable<ErrorDetail> Findings(ResourceSchema current, IReadOnlyDictionary<string, JsonElement> corrections, bool isDelete)
    {
        foreach (var name in corrections.Keys)
        {
            var code = current.Find(name) switch
            {
                null => ErrorCodes.FieldUnknown,
                { IsKey: false } when isDelete => ErrorCodes.QuarantineEditOfDelete,
                _ => null,
            };
            if (code is not null) yield return new ErrorDetail($"/fields/{name}", code, code.With(("field", name)).Data);
        }
    }
}
