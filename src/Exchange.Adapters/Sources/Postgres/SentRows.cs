using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Adapters.Pipelines;
using Exchange.Records.Rows;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>
/// Remembers, by hash, which rows the last round read, so that the overlap of rounds does not publish the same rows for ever. Forgetting is harmless: a row
/// that is published again has no effect.
/// </summary>
internal sealed class SentRows(int fields)
{
    public const int MaxRemembered = 200_000;

    private HashSet<UInt128> _before = [];
    private HashSet<UInt128> _now = [];

    /// <summary>Begins a round: rows that the last one did not read are forgotten.</summary>
    public void BeginRound() => (_before, _now) = (_now, new HashSet<UInt128>());

    /// <summary>The rows of a run that were not read before.</summary>
    public TupleRun New(TupleRun run)
    {
        var slices = new FieldSlice[fields];
        var reader = new RowReader(run.Body.Span);
        var kept = new ArrayBufferWriter<byte>();
        var rows = 0;
        while (reader.ReadRow(slices))
        {
            var row = run.Body.Span[reader.RowStart..reader.RowEnd];
            var hash = Hash(row);
            if (_now.Count < MaxRemembered) _now.Add(hash);
            if (_before.Contains(hash)) continue;
            kept.Write(row);
            rows++;
        }

        if (reader.Fault is { } fault) throw new InvalidDataException($"At byte {fault.Offset}: {fault.Reason}.");
        return rows == run.Rows ? run : new TupleRun(kept.WrittenMemory, rows);
    }

    private static UInt128 Hash(ReadOnlySpan<byte> row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
