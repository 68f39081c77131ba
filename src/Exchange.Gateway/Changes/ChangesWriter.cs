using System.Buffers;
using System.Text;
using Exchange.Gateway.Authorization;
using Exchange.Gateway.Formats;
using Exchange.Records.Formats;
using Exchange.Records.Rows;

namespace Exchange.Gateway.Changes;

/// <summary>
/// Writes changes: <c>{"op":"insert","row":{…}}</c>, <c>{"op":"update","row":{…}}</c>, <c>{"op":"delete","key":{…}}</c>, as items of a page or as lines; or as rows with
/// a first column <c>_op</c>, where of a deleted row only the key fields are set.
/// </summary>
internal sealed class ChangesWriter(GrantPlan plan)
{
    private const string Delete = "delete";

    private readonly JsonRowWriter _rows = new(Encoders.Columns(plan.Columns));
    private readonly JsonRowWriter _keys = new(Encoders.Columns(plan.Columns.Where(c => c.Field.IsKey)));
    private readonly int[] _keyPlaces = [.. plan.Columns.Index().Where(c => c.Item.Field.IsKey).Select(c => c.Index + 1)];

    public void Write(IBufferWriter<byte> output, RowFormat format, IReadOnlyList<Change> changes, string next)
    {
        switch (format)
        {
            case RowFormat.Json:
                JsonPage.Write(output, changes, change => WriteChange(output, change), next);
                break;
            case RowFormat.Ndjson:
                foreach (var change in changes)
                {
                    WriteChange(output, change);
                    output.Write("\n"u8);
                }

                break;
            default:
                var rows = new RowsEncoder();
                rows.Begin(output);
                foreach (var change in changes) rows.Row(output, change.Tuple.Bytes, change.Tuple.Places);
                rows.End(output);
                break;
        }
    }

    private void WriteChange(IBufferWriter<byte> output, Change change)
    {
        var deleted = change.Operation == Delete;
        output.Write(Encoding.ASCII.GetBytes($"{{\"op\":\"{change.Operation}\",\"{(deleted ? "key" : "row")}\":"));
        var (bytes, places) = change.Tuple;
        if (deleted)
        {
            Span<FieldSlice> keys = stackalloc FieldSlice[_keyPlaces.Length];
            for (var i = 0; i < keys.Length; i++) keys[i] = places[_keyPlaces[i]];
            _keys.Write(output, bytes, keys);
        }
        else
        {
            _rows.Write(output, bytes, places.AsSpan(1));
        }

        output.Write("}"u8);
    }
}
