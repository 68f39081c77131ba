using System.Runtime.CompilerServices;
using Exchange.Adapters.Pipelines;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>Reads a table of a department's PostgreSQL: whole, and then whole again or by its time of change.</summary>
internal sealed class PostgresSource(PostgresSourceModel model, SourceContext context, NpgsqlDataSource database) : IRecordSource
{
    public static PostgresSource Open(PostgresSourceModel model, SourceContext context) =>
        new(model, context, model.Connection.Open($"exchange-adapter {context.Adapter}"));

    public async IAsyncEnumerable<SourceItem> ReadAsync(CommittedPosition from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var position = PostgresPosition.Parse(from);
        var changes = new ChangeRound(model, context, database);
        DateTimeOffset? looked = null;
        while (true)
        {
            var due = looked is { } last ? last + model.Interval : context.Time.GetUtcNow();
            if (due > context.Time.GetUtcNow())
            {
                yield return new SourceIdle(due);
                await Task.Delay(due - context.Time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero, context.Time, cancellation);
            }

            looked = context.Time.GetUtcNow();
            var round = SnapshotIsDue(position, looked.Value)
                ? SnapshotRound.ReadAsync(model, context, database, position, cancellation)
                : changes.ReadAsync(position, cancellation);
            await foreach (var item in round)
            {
                if (item is SourceBatch batch) position = PostgresPosition.Parse(new CommittedPosition(batch.Position, false));
                yield return item;
                if (item is SourceProblem) yield break;
            }
        }
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private bool SnapshotIsDue(PostgresPosition position, DateTimeOffset now) =>
        model.Mode == PostgresReadMode.Snapshot || position.SnapshotAt is not { } last || (model.SnapshotInterval is { } interval && last + interval <= now);
}
