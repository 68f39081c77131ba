using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Measuring;
using Exchange.Benchmarks.Platform;
using Npgsql;

namespace Exchange.Benchmarks.Ratios;

/// <summary>A consumer reads its whole granted slice as NDJSON.</summary>
internal static class NdjsonPullRatio
{
    public static readonly Promise Promise = new(
        "bulk pull NDJSON", "整批读取 NDJSON", "rows/s", 0.80, null,
        "one HTTP stream of the granted slice through grant, masks and audit", "`COPY (SELECT row_to_json(t) …) TO STDOUT` of the same eight columns, unmasked, read from the same table");

    public static Task<Measurement> MeasureAsync(Workbench bench, CancellationToken cancellation) => Pulling.MeasureAsync(
        bench, Promise, "application/x-ndjson",
        async (connection, table, stop) =>
        {
            // The text reader is a StreamReader over the raw COPY stream; the bytes are counted, not decoded.
            var sql = $"COPY (SELECT row_to_json(t) FROM (SELECT {EnterpriseTable.GrantedColumns} FROM {table}) t) TO STDOUT";
            using var reader = (StreamReader)await connection.BeginTextExportAsync(sql, stop);
            return await Peers.CopyPipe.DrainAsync(reader.BaseStream, stop);
        },
        cancellation);
}

/// <summary>A sink reads its whole granted slice in the row format.</summary>
internal static class RowsPullRatio
{
    public static readonly Promise Promise = new(
        "bulk pull rows", "整批读取行格式", "rows/s", 0.60, null,
        "one HTTP stream of the granted slice in the row format through grant, masks and audit",
        "`COPY (SELECT …) TO STDOUT (FORMAT binary)` of the same eight columns, unmasked, read from the same table");

    public static Task<Measurement> MeasureAsync(Workbench bench, CancellationToken cancellation) => Pulling.MeasureAsync(
        bench, Promise, "application/vnd.exchange.rows",
        async (connection, table, stop) =>
        {
            await using var rows = await connection.BeginRawBinaryCopyAsync($"COPY (SELECT {EnterpriseTable.GrantedColumns} FROM {table}) TO STDOUT (FORMAT binary)", stop);
            return await Peers.CopyPipe.DrainAsync(rows, stop);
        },
        cancellation);
}
