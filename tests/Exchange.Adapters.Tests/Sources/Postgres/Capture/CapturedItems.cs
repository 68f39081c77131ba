using System.Text;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Postgres;
using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

/// <summary>A resource of a text key, a whole number and a text, read from messages without a server.</summary>
internal static class CapturedItems
{
    public static readonly ResourceSchema Schema = ResourceSchema.Parse("""
        {"type":"object","title":"项","required":["code"],"properties":{"code":{"type":"string","x-exchange":{"key":true}},"n":{"type":["integer","null"]},"note":{"type":["string","null"]}}}
        """).Value;

    private static readonly Dictionary<uint, (string, bool)> Types = new() { [25] = ("text", false), [21] = ("int2", false), [23] = ("int4", false), [1114] = ("timestamp", false) };

    private static readonly PostgresSourceModel Model = new(
        new PostgresConnection("Host=localhost"), new TableName("public", "items"), Schema.Fields.ToDictionary(f => f.Name, f => f.Name, StringComparer.Ordinal),
        PostgresReadMode.Capture, null, TimeSpan.Zero, TimeSpan.Zero, null, "UTC");

    public static ChangeBuffer Buffer(int lead = 1) => new(lead, Schema.Fields.Count, [0], 4096);

    public static ChangeReader Reader(ChangeBuffer buffer, ulong from = 0, long ordinal = 0) =>
        new(Schema, buffer, new LocalTimes(NpgsqlDataSource.Create("Host=localhost"), "UTC"), new NpgsqlLogSequenceNumber(from), ordinal);

    public static byte[] Described() => PgOutputWriter.Describe(("note", 25), ("n", 21), ("code", 25));

    /// <summary>Feeds a message, and binds what it describes.</summary>
    public static Arrival Feed(ChangeReader reader, byte[] message)
    {
        var arrival = reader.Read(message);
        if (arrival == Arrival.Described) reader.Bind(reader.Description!.Id, BoundRelation.Bind(reader.Description, Model, Schema, Types));
        return arrival;
    }

    /// <summary>Applies a run of changes to rows, as the store does.</summary>
    public static void Apply(TupleRun run, IDictionary<string, string> rows)
    {
        var slices = new FieldSlice[4];
        var reader = new RowReader(run.Body.Span);
        var count = 0;
        while (reader.ReadRow(slices))
        {
            count++;
            var code = RowValue.Text(reader.Bytes(slices[1]));
            if (reader.Bytes(slices[0])[0] == (byte)'D') rows.Remove(code);
            else rows[code] = $"{(slices[2].IsNull ? "∅" : RowValue.Int64(reader.Bytes(slices[2])))}|{(slices[3].IsNull ? "∅" : RowValue.Text(reader.Bytes(slices[3])))}";
        }

        if (reader.Fault is not null || count != run.Rows) throw new InvalidOperationException($"The run is broken: {reader.Fault}");
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
