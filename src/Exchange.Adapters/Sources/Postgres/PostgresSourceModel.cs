using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Postgres.Capture;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>How a table is read.</summary>
internal enum PostgresReadMode
{
    /// <summary>The whole table, again and again; published only where it changed.</summary>
    Snapshot,

    /// <summary>The whole table once, then rows whose time of change moved on. Deletes are seen by the repeated full snapshots only.</summary>
    Watermark,

    /// <summary>The whole table once, then each change from the database's log.</summary>
    Capture,
}

/// <param name="Columns">Column of each field, by field name.</param>
/// <param name="Watermark">Column with the time of a row's last change; mode <see cref="PostgresReadMode.Watermark"/> only.</param>
/// <param name="Interval">Between two rounds.</param>
/// <param name="Overlap">How far back each round looks again, for rows committed late with an earlier time.</param>
/// <param name="SnapshotInterval">Between two full snapshots in mode <see cref="PostgresReadMode.Watermark"/>; null for never again.</param>
/// <param name="TimeZone">Zone of columns without one.</param>
/// <param name="Where">Which rows are shared, as an SQL condition of the department's own; null for all. Not with mode <see cref="PostgresReadMode.Watermark"/>.</param>
/// <param name="Capture">Mode <see cref="PostgresReadMode.Capture"/> only.</param>
internal sealed record PostgresSourceModel(
    PostgresConnection Connection,
    TableName Table,
    IReadOnlyDictionary<string, string> Columns,
    PostgresReadMode Mode,
    string? Watermark,
    TimeSpan Interval,
    TimeSpan Overlap,
    TimeSpan? SnapshotInterval,
    string TimeZone,
    string? Where = null,
    CaptureModel? Capture = null) : ISourceModel
{
    /// <summary>The condition of the shared rows, as it goes behind <c>WHERE</c>.</summary>
    public string Filter => Where is null ? "true" : $"({Where})";
}
