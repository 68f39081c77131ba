using Npgsql;

namespace Exchange.System.Tests.Faults;

/// <summary>The source's table: which keys it has, and what a round changes in it. In one round no key is changed twice.</summary>
internal sealed class SourceTable(NpgsqlDataSource database, FaultLoad load)
{
    private readonly Lock _drawing = new();
    private readonly HashSet<long> _keys = [.. Enumerable.Range(1, load.Rows).Select(n => (long)n)];
    private Queue<long> _untouched = new();
    private long _lastKey = load.Rows;
    private int _round;
    private int _drawn;

    /// <summary>The changes of this round.</summary>
    public ChangeLedger Changes { get; private set; } = new();

    /// <summary>Begins a round: rows are updated, deleted and inserted in one transaction.</summary>
    public async Task BeginRoundAsync(Random random, CancellationToken cancellation)
    {
        _round++;
        Changes = new ChangeLedger();
        var shuffled = _keys.OrderBy(_ => random.Next()).ToArray();
        var updated = shuffled[..load.Updates];
        var deleted = shuffled[load.Updates..(load.Updates + load.Deletes)];
        _untouched = new(shuffled[(load.Updates + load.Deletes)..]);
        var inserted = NewKeys();
        Changes.Attempt("update", updated);
        Changes.Attempt("delete", deleted);
        Changes.Attempt("insert", inserted);

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, FaultSql.Update, updated, cancellation);
        await ExecuteAsync(connection, FaultSql.Delete, deleted, cancellation);
        await ExecuteAsync(connection, FaultSql.Insert, inserted, cancellation);
        await transaction.CommitAsync(cancellation);

        Changes.Acknowledge([.. updated, .. deleted, .. inserted]);
        _keys.ExceptWith(deleted);
        _keys.UnionWith(inserted);
    }

    /// <summary>Inserts more rows in the same round, all at once.</summary>
    public async Task InsertAsync(CancellationToken cancellation)
    {
        var inserted = NewKeys();
        Changes.Attempt("insert", inserted);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, FaultSql.Insert, inserted, cancellation);
        Changes.Acknowledge(inserted);
        _keys.UnionWith(inserted);
    }

    /// <summary>Several writers change one row after the other, each in a transaction of its own, until the source is gone: what each of them did last has no answer.</summary>
    public Task ChangeUntilGoneAsync(int writers, CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, writers).Select(_ => ChangeUntilGoneAsync(cancellation)));

    private async Task ChangeUntilGoneAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            while (true) await ChangeOneAsync(connection, cancellation);
        }
        catch (NpgsqlException) when (!cancellation.IsCancellationRequested)
        {
            // Committed or not: nobody knows, and no later round relies on the row.
        }
    }

    private async Task ChangeOneAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var (key, operation, sql) = Draw();
        Changes.Attempt(operation, key);
        await ExecuteAsync(connection, sql, [key], cancellation);
        Changes.Acknowledge(key);
        if (operation == "delete") return;
        lock (_drawing) _keys.Add(key);
    }

    /// <summary>Insert, update and delete in turn; a row that is drawn is not among the known ones until its change is answered.</summary>
    private (long Key, string Operation, string Sql) Draw()
    {
        lock (_drawing)
        {
            var turn = _drawn++ % 3;
            if (turn == 0 || !_untouched.TryDequeue(out var key)) return (++_lastKey, "insert", FaultSql.Insert);
            _keys.Remove(key);
            return turn == 1 ? (key, "update", FaultSql.Update) : (key, "delete", FaultSql.Delete);
        }
    }

    private long[] NewKeys() => [.. Enumerable.Range(0, load.Inserts).Select(_ => ++_lastKey)];

    private async Task ExecuteAsync(NpgsqlConnection connection, string sql, long[] ids, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("round", _round);
        command.Parameters.AddWithValue("ids", ids);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
