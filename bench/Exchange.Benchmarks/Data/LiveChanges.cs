using Exchange.Benchmarks.Platform;
using Npgsql;

namespace Exchange.Benchmarks.Data;

/// <summary>
/// A table of a department that people work on: each round changes a part of it in transactions of a hundred rows. Of sixteen transactions ten update,
/// five insert, one deletes.
/// </summary>
internal sealed class LiveChanges
{
    public const string Table = "live";
    private const string More = "live_more";
    private const int PerTransaction = 100;
    private const int UpdatedPart = 10, InsertedPart = 20, DeletedPart = 100;
    private const int Stride = 7919;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private static readonly string[] Turns = ["U", "U", "I", "U", "U", "I", "U", "U", "I", "U", "U", "I", "U", "U", "I", "D"];

    private readonly Department _source;
    private readonly int _rows;

    private LiveChanges(Department source, int rows) => (_source, _rows) = (source, rows);

    public int Updates => _rows / UpdatedPart;

    public int Inserts => _rows / InsertedPart;

    public int Deletes => _rows / DeletedPart;

    /// <summary>Changes of one round.</summary>
    public int PerRound => Updates + Inserts + Deletes;

    /// <summary>Fills the table, and beside it one with the rows that the rounds insert.</summary>
    /// <param name="rounds">Rounds that will be made.</param>
    public static async Task<LiveChanges> CreateAsync(Department source, int rows, int rounds, CancellationToken cancellation)
    {
        var changes = new LiveChanges(source, rows);
        await EnterpriseTable.FillAsync(source.Database, Table, rows, cancellation);
        await EnterpriseTable.FillAsync(source.Database, More, changes.Inserts * rounds, cancellation, first: rows);
        return changes;
    }

    /// <summary>The key of the row that the last transaction of a round inserts.</summary>
    public string LastKey(int round) => EnterpriseRows.Key(_rows + (Inserts * (round + 1)) - 1);

    /// <summary>Makes the changes of a round; the last one is an insert.</summary>
    public async Task ApplyAsync(int round, CancellationToken cancellation)
    {
        await using var connection = await _source.Database.OpenConnectionAsync(cancellation);
        Dictionary<string, (NpgsqlCommand Command, Queue<string[]> Keys)> kinds = new(StringComparer.Ordinal)
        {
            ["U"] = (Command(connection, $"UPDATE {Table} SET legal_rep = '新' || left(legal_rep, 3), reg_capital = reg_capital + 1, updated_at = updated_at + interval '1 day'"), Batches(Updated(round))),
            ["I"] = (Command(connection, $"INSERT INTO {Table} SELECT * FROM {More}"), Batches(Enumerable.Range(_rows + (Inserts * round), Inserts - 1))),
            ["D"] = (Command(connection, $"DELETE FROM {Table}"), Batches(Enumerable.Range(Deletes * round, Deletes))),
        };
        for (var turn = 0; kinds.Values.Any(k => k.Keys.Count > 0); turn++)
        {
            var (command, keys) = kinds[Turns[turn % Turns.Length]];
            if (keys.TryDequeue(out var batch)) await RunAsync(command, batch, cancellation);
        }

        await RunAsync(kinds["I"].Command, [LastKey(round)], cancellation);
        foreach (var (command, _) in kinds.Values) await command.DisposeAsync();
    }

    /// <summary>Waits until a replica has the last change of a round.</summary>
    public Task ArrivedAsync(Department replica, int round, CancellationToken cancellation) =>
        replica.WaitAsync($"SELECT EXISTS (SELECT FROM {Table} WHERE uscc = '{LastKey(round)}')", Pause, cancellation);

    /// <exception cref="BenchException">A replica's table holds other rows than the source's.</exception>
    public async Task RequireAsync(Department replica, string table, CancellationToken cancellation)
    {
        var digests = await Task.WhenAll(DigestAsync(_source, Table, cancellation), DigestAsync(replica, table, cancellation));
        if (digests[0] != digests[1]) throw new BenchException($"{table} holds {digests[1]}, its source {digests[0]}");
    }

    /// <returns>Number of rows and the sum of their hashes, which does not depend on their order nor on the types that hold the same values.</returns>
    private static async Task<string> DigestAsync(Department department, string table, CancellationToken cancellation)
    {
        await using var command = department.Database.CreateCommand($"""
            SELECT count(*) || ' rows, sum of hashes ' || sum(hashtextextended(ROW(uscc::text, name, legal_rep, id_no::text, trim_scale(reg_capital), established, status,
                region_code::text, address, phone, extract(epoch FROM updated_at), scope)::text, 0)::numeric)
            FROM {table}
            """);
        return (string)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Rows of the upper three quarters, none of which is ever deleted, spread over the table.</summary>
    private IEnumerable<int> Updated(int round)
    {
        var (first, span) = (_rows / 4, _rows - (_rows / 4));
        return Enumerable.Range(0, Updates).Select(i => first + (int)(((long)round * Updates + i) * Stride % span));
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string statement) =>
        new($"{statement} WHERE uscc = ANY($1::char(18)[])", connection) { Parameters = { new NpgsqlParameter<string[]>() } };

    private static Task<int> RunAsync(NpgsqlCommand command, string[] keys, CancellationToken cancellation)
    {
        command.Parameters[0].Value = keys;
        return command.ExecuteNonQueryAsync(cancellation);
    }

    private static Queue<string[]> Batches(IEnumerable<int> numbers) => new(numbers.Select(EnterpriseRows.Key).Chunk(PerTransaction));
}
