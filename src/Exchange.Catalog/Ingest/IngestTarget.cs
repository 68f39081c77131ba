using Exchange.Catalog.Database;
using Exchange.Catalog.Resources;
using Exchange.Contracts.Identifiers;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using Npgsql;

namespace Exchange.Catalog.Ingest;

/// <summary>What the rows of one schema version are checked against and written with. Immutable.</summary>
/// <param name="Version">The version whose fields the tuples hold.</param>
/// <param name="Bits">Bit of each column in the feed's masks.</param>
/// <param name="Filterable">Every field of which the feed keeps earlier values, of any version.</param>
internal sealed record IngestTarget(
    ResourceId Resource, string Name, int Version, ResourceSchema Schema, RowValidator Validator, IReadOnlyDictionary<string, int> Bits, IReadOnlyList<Field> Filterable)
{
    /// <summary>The staging table of this version, one per connection.</summary>
    public string Stage { get; } = "pg_temp." + Sql.Quote($"{Name}__stage_{Version}");

    public MergeSql Merge => field ??= new MergeSql(this);

    public FirstLoadSql FirstLoad => field ??= new FirstLoadSql(this);

    /// <returns>Null where the resource has no version with that fingerprint.</returns>
    public static async Task<IngestTarget?> FindAsync(NpgsqlConnection connection, StreamPlace place, string fingerprint, CancellationToken cancellation)
    {
        var versions = await connection.ListAsync(
            IngestSql.FindVersion, r => (Number: r.GetInt32(0), Schema: r.GetString(1)), cancellation, place.Resource.Value, fingerprint);
        if (versions is not [var version]) return null;

        var schema = ResourceSchema.Parse(version.Schema).Value;
        var bits = await connection.ListAsync(IngestSql.Columns, r => (Name: r.GetString(0), Bit: r.GetInt32(1)), cancellation, place.Resource.Value);
        var schemas = await connection.ListAsync(IngestSql.Schemas, r => ResourceSchema.Parse(r.GetString(0)).Value, cancellation, place.Resource.Value);
        return new IngestTarget(
            place.Resource,
            place.ResourceName,
            version.Number,
            schema,
            RowValidator.Compile(schema),
            bits.ToDictionary(b => b.Name, b => b.Bit, StringComparer.Ordinal),
            [.. schemas.SelectMany(s => s.Filterable).DistinctBy(f => f.Name, StringComparer.Ordinal)]);
    }
}
