using Exchange.Contracts.Records;
using Exchange.Records.Rows;

namespace Exchange.Adapters.Tests.Support;

/// <summary>What the batches of a recorded stream say about the resource "people".</summary>
internal static class PeopleTable
{
    /// <summary>
    /// The rows after applying all batches, as <c>code|name|age</c> in code order. As in the catalogue, the end of a snapshot deletes the keys that neither its rows nor
    /// changes since its start have told of.
    /// </summary>
    public static List<string> After(IEnumerable<RecordBatch> batches)
    {
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var batch in batches)
        {
            switch (batch.Header.Kind)
            {
                case BatchKind.SnapshotStart: seen.Clear(); break;
                case BatchKind.Rows: Read(batch, 0, rows, seen); break;
                case BatchKind.SnapshotEnd: foreach (var gone in rows.Keys.Where(k => !seen.Contains(k)).ToList()) rows.Remove(gone); break;
                case BatchKind.Changes: Read(batch, 1, rows, seen); break;
                default: throw new NotSupportedException();
            }
        }

        return [.. rows.Values];
    }

    public static int RowCount(IEnumerable<RecordBatch> batches) => batches.Sum(b => b.Header.RowCount);

    private static void Read(RecordBatch batch, int first, SortedDictionary<string, string> into, HashSet<string> seen)
    {
        Span<FieldSlice> slices = stackalloc FieldSlice[first + TestSchemas.PeopleSchema.Fields.Count];
        var reader = new RowReader(batch.Body.Span);
        var count = 0;
        while (reader.ReadRow(slices))
        {
            var code = RowValue.Text(reader.Bytes(slices[first]));
            seen.Add(code);
            count++;
            if (first == 1 && reader.Bytes(slices[0])[0] == (byte)'D')
            {
                into.Remove(code);
                continue;
            }

            var age = slices[first + 2].IsNull ? "∅" : RowValue.Int64(reader.Bytes(slices[first + 2])).ToString(System.Globalization.CultureInfo.InvariantCulture);
            into[code] = $"{code}|{RowValue.Text(reader.Bytes(slices[first + 1]))}|{age}";
        }

        if (reader.Fault is not null || count != batch.Header.RowCount) throw new InvalidOperationException($"The batch is broken: {reader.Fault}");
    }
}
