using System.Collections.Frozen;
using System.Text.Json;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Filters;
using Exchange.Records.Schemas;

namespace Exchange.Gateway.Authorization;

/// <summary>Turns grants into plans. A grant that cannot be compiled becomes a plan that refuses every call; it never falls back to something wider.</summary>
internal sealed class GrantCompiler(byte[] pseudonymMaster)
{
    private const int LastSingleBit = 61;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly Dictionary<(Guid Resource, int Version), Result<ResourceSchema>> _schemas = [];

    /// <param name="bits">Bits of the resource's columns in the feed's masks of changed columns.</param>
    public GrantPlan Compile(GrantRow row, IReadOnlyDictionary<string, int> bits)
    {
        var schema = Schema(row);
        if (schema.IsError) return Plan(row, Nothing, [], null, 0, schema.Error);
        var columns = Columns(row, schema.Value);
        if (columns.IsError) return Plan(row, schema.Value, [], null, 0, columns.Error);
        if (row.RowFilter is null) return Plan(row, schema.Value, columns.Value, null, Bits(columns.Value, bits), null);
        var filter = FilterParser.ParseQuery(row.RowFilter, schema.Value);
        return filter.IsError
            ? Plan(row, schema.Value, [], null, 0, filter.Error)
            : Plan(row, schema.Value, columns.Value, filter.Value, Bits(columns.Value, bits), null);
    }

    private static ResourceSchema Nothing => ResourceSchema.Parse(
        """{"type":"object","required":["none"],"properties":{"none":{"type":"string","x-exchange":{"key":true}}}}""").Value;

    private Result<ResourceSchema> Schema(GrantRow row)
    {
        var key = (row.ResourceId, row.ResourceVersion);
        if (!_schemas.TryGetValue(key, out var schema)) _schemas[key] = schema = ResourceSchema.Parse(row.Schema);
        return schema;
    }

    private static Result<PlanColumn[]> Columns(GrantRow row, ResourceSchema schema)
    {
        var columns = new List<PlanColumn>();
        foreach (var granted in JsonSerializer.Deserialize<GrantedField[]>(row.Fields, Json) ?? [])
        {
            if (schema.Find(granted.Name) is not { } field) return ErrorCodes.FieldUnknown.With(("field", granted.Name));
            if (granted.Mask is not null && !Masks.All.Contains(granted.Mask, StringComparer.Ordinal)) return ErrorCodes.MaskUnknown.With(("mask", granted.Mask));
            if (!Fits(granted.Mask, field.Type)) return ErrorCodes.MaskMisfit.With(("mask", granted.Mask), ("field", granted.Name));
            columns.Add(new PlanColumn(field, granted.Mask, granted.Mask is null ? field.Type : granted.Mask == Masks.Year ? FieldType.Date : FieldType.Text));
        }

        return columns.OrderBy(c => c.Field.Ordinal).ToArray();
    }

    private static bool Fits(string? mask, FieldType type) => mask switch
    {
        null => true,
        Masks.Year => type == FieldType.Date,
        Masks.Pseudonym => true,
        _ => type == FieldType.Text,
    };

    // Columns from bit 62 on share bit 62.
    private static long Bits(PlanColumn[] columns, IReadOnlyDictionary<string, int> bits) =>
        columns.Aggregate(0L, (mask, column) => mask | (1L << Math.Min(bits.GetValueOrDefault(column.Name, LastSingleBit + 1), LastSingleBit + 1)));

    private GrantPlan Plan(GrantRow row, ResourceSchema schema, PlanColumn[] columns, Filter? filter, long bits, Error? broken) => new()
    {
        GrantId = row.GrantId,
        GrantVersion = row.GrantVersion,
        ConsumerId = row.ConsumerId,
        ResourceId = row.ResourceId,
        Resource = row.Resource,
        Purpose = row.Purpose,
        Methods = row.Methods.ToFrozenSet(StringComparer.Ordinal),
        CaseRequired = row.CaseRequired,
        RowsPerDay = row.RowsPerDay,
        ValidFrom = row.ValidFrom,
        ValidUntil = row.ValidUntil,
        RevokeReason = row.Revoked ? row.RevokeReason ?? "" : null,
        Broken = broken,
        Schema = schema,
        Columns = columns,
        ByName = columns.ToFrozenDictionary(c => c.Name, StringComparer.Ordinal),
        VerifyFields = row.VerifyFields.ToFrozenSet(StringComparer.Ordinal),
        RowFilter = filter,
        ColumnBits = bits,
        Pads = Pseudonyms.Pads(pseudonymMaster, row.ResourceId, row.ConsumerId),
    };
}
