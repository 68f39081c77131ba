using System.Buffers.Binary;
using System.Globalization;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;

namespace Exchange.Adapters.Tests.Support;

/// <summary>What one round of a folder source gave.</summary>
/// <param name="Rows">Each row's values as text, <c>∅</c> for null, bad cells as <c>!reason:text@place</c>.</param>
internal sealed record FolderReading(List<string[]> Rows, List<Error> Notices, Error? Problem, bool IsComplete)
{
    public IEnumerable<string> Joined => Rows.Select(r => string.Join('|', r));

    /// <summary>Reads until the source is idle or has a problem.</summary>
    public static async Task<FolderReading> OfAsync(ISourceModel model, ResourceSchema? schema = null)
    {
        schema ??= TestSchemas.PeopleSchema;
        await using var source = Connectors.Open(model, new SourceContext("files", schema, BatchLimits.Default, TimeProvider.System, new TestLog()));
        var reading = new FolderReading([], [], null, false);
        await foreach (var item in source.ReadAsync(default, CancellationToken.None))
        {
            if (item is SourceIdle) break;
            if (item is SourceNotice notice) reading.Notices.Add(notice.Error);
            if (item is SourceProblem problem) reading = reading with { Problem = problem.Error };
            if (item is SourceBatch { Kind: BatchKind.SnapshotEnd }) reading = reading with { IsComplete = true };
            if (item is SourceBatch batch) Read(batch, schema, reading.Rows);
        }

        return reading;
    }

    private static void Read(SourceBatch batch, ResourceSchema schema, List<string[]> rows)
    {
        var slices = new FieldSlice[schema.Fields.Count];
        var reader = new RowReader(batch.Body.Span);
        while (reader.ReadRow(slices))
        {
            var row = new string[slices.Length];
            for (var i = 0; i < row.Length; i++) row[i] = Text(schema.Fields[i].Type, slices[i].IsNull, reader.Bytes(slices[i]));
            rows.Add(row);
        }
    }

    private static string Text(FieldType type, bool isNull, ReadOnlySpan<byte> value) =>
        isNull ? "∅" : BadCell.Is(value) ? $"!{BadCell.Reason(value)}:{BadCell.Text(value)}@{BadCell.Place(value)}" : Good(type, value);

    private static string Good(FieldType type, ReadOnlySpan<byte> value) => type switch
    {
        FieldType.Text => RowValue.Text(value),
        FieldType.Integer => RowValue.Int64(value).ToString(CultureInfo.InvariantCulture),
        FieldType.Number => RowValue.NumberText(value),
        FieldType.Date => new DateOnly(2000, 1, 1).AddDays(BinaryPrimitives.ReadInt32BigEndian(value)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        FieldType.Time => new TimeOnly(RowValue.Int64(value) * TimeSpan.TicksPerMicrosecond).ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        FieldType.Timestamp => new DateTime(2000, 1, 1).AddTicks(RowValue.Int64(value) * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-ddTHH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        _ => Convert.ToHexString(value),
    };
}
