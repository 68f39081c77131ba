using System.Runtime.CompilerServices;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Records;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>Reads the rows whose time of change moved on, page by page in the order of (time, key).</summary>
internal sealed class ChangeRound(PostgresSourceModel model, SourceContext context, NpgsqlDataSource database)
{
    public const int PageRows = 20_000;

    private readonly SentRows _sent = new(context.Schema.Fields.Count + 1);

    public async IAsyncEnumerable<SourceItem> ReadAsync(PostgresPosition position, [EnumeratorCancellation] CancellationToken cancellation)
    {
        _sent.BeginRound();
        IReadOnlyList<string>? low = null;
        while (true)
        {
            await using var transaction = await SourceTransaction.BeginAsync(database, model.TimeZone, cancellation);
            var bound = await SourceColumns.BindAsync(transaction, model, context.Schema, cancellation);
            if (bound.IsError)
            {
                yield return new SourceProblem(bound.Error);
                yield break;
            }

            var marks = new Watermarks(transaction, model.Table, bound.Value.Mark);
            low ??= position.Mark is { } mark ? await marks.BeforeAsync(mark[0], model.Overlap, cancellation) : [];
            if (await marks.PageEndAsync(low, PageRows, cancellation) is not { } high) yield break;

            // Inside the overlap the position stays: a crash there must not move it back.
            var moved = position.Mark is null || await marks.IsHigherAsync(high, position.Mark, cancellation);
            var after = moved ? position with { Mark = high } : position;
            SourceBatch? held = null;
            var query = await marks.PageQueryAsync(bound.Value.Expressions, low, high, cancellation);
            await foreach (var run in transaction.CopyAsync(query, context.Schema.Fields.Count + 1, context.Limits, cancellation))
            {
                var fresh = _sent.New(run);
                if (fresh.Rows == 0) continue;
                if (held is not null) yield return held;
                held = SourceBatch.Of(BatchKind.Changes, position.Write(), fresh);
            }

            // Only the page's last batch takes the position over the page.
            if (held is not null) yield return held with { Position = after.Write() };
            position = after;
            low = high;
        }
    }
}
