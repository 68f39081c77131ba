using System.Buffers;
using System.Diagnostics;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Platform;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace Exchange.Benchmarks.Ratios;

/// <summary>The compiled validator against a general JSON Schema validator, on one core.</summary>
internal static class ValidationRatio
{
    private const int MostRecords = 50_000;

    public static readonly Promise Promise = new(
        "validation", "校验", "records/s", 10, null,
        "the compiled validator over rows in binary layout, one thread", "NJsonSchema 10.7.2 `Validate` over the same records as parsed tokens, one thread");

    public static async Task<Measurement> MeasureAsync(Workbench bench, CancellationToken cancellation)
    {
        var records = Math.Min(bench.Options.Rows, MostRecords);
        var schema = ResourceSchema.Parse(EnterpriseSchema.Json).Value;
        var rows = Rows(records);
        var tokens = Tokens(schema, rows, records);
        var validator = RowValidator.Compile(schema);
        var peer = await JsonSchema.FromJsonAsync(EnterpriseSchema.Json, cancellation);
        var pairs = await Alternation.RunAsync(
            bench.Options.Pairs,
            (_, stop) => Task.FromResult(RateOf(bench.Options.Seconds, () => CheckAll(validator, rows), stop)),
            (_, stop) => Task.FromResult(RateOf(bench.Options.Seconds, () => ValidateAll(peer, tokens), stop)),
            bench.Report(Promise), cancellation);
        return new Measurement(Promise, pairs,
            $"{records:N0} valid records of 12 fields in memory; the peer gets tokens that are parsed already and knows none of the formats of Chinese codes, ours checks them too");
    }

    private static ReadOnlyMemory<byte> Rows(int records)
    {
        var buffer = new ArrayBufferWriter<byte>(records * 512);
        var writer = new EnterpriseRows(buffer, EnterpriseLayout.Exchange);
        for (var i = 0; i < records; i++) writer.Write(i);
        return buffer.WrittenMemory;
    }

    private static List<JToken> Tokens(ResourceSchema schema, ReadOnlyMemory<byte> rows, int records)
    {
        var tokens = new List<JToken>(records);
        var reader = new RowReader(rows.Span);
        var slices = new FieldSlice[schema.Fields.Count];
        while (reader.ReadRow(slices))
        {
            var record = new JObject();
            for (var i = 0; i < slices.Length; i++)
            {
                var field = schema.Fields[i];
                var bytes = reader.Bytes(slices[i]);
                record[field.Name] = slices[i].IsNull ? JValue.CreateNull() : field.Type switch
                {
                    FieldType.Integer => new JValue(RowValue.Int64(bytes)),
                    FieldType.Number => new JValue(decimal.Parse(RowValue.NumberText(bytes), System.Globalization.CultureInfo.InvariantCulture)),
                    FieldType.Date => new JValue(RowValue.Date(bytes).ToString("yyyy-MM-dd")),
                    FieldType.Timestamp => new JValue(RowValue.Timestamp(bytes).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ")),
                    _ => new JValue(RowValue.Text(bytes)),
                };
            }

            tokens.Add(record);
        }

        return tokens;
    }

    private static int CheckAll(RowValidator validator, ReadOnlyMemory<byte> rows)
    {
        var violations = new List<Violation>();
        var rest = rows.Span;
        var count = 0;
        while (!rest.IsEmpty)
        {
            var check = validator.Check(rest, count++, violations, out var length);
            if (check.IsError || !check.Value) throw new BenchException($"Record {count - 1} is refused: {string.Join(", ", violations)}");
            rest = rest[length..];
        }

        return count;
    }

    private static int ValidateAll(JsonSchema schema, List<JToken> tokens)
    {
        foreach (var token in tokens)
        {
            if (schema.Validate(token) is { Count: > 0 } errors) throw new BenchException($"The peer refuses a record: {errors.First()}");
        }

        return tokens.Count;
    }

    private static double RateOf(double seconds, Func<int> round, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        long done = 0;
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            cancellation.ThrowIfCancellationRequested();
            done += round();
        }

        return done / watch.Elapsed.TotalSeconds;
    }
}
