using Exchange.Gateway.Database;
using Npgsql;

namespace Exchange.Gateway.Records;

/// <summary>
/// A COPY under way. Left before its end, the statement is cancelled first: otherwise all that the server still had to send would be read and thrown away.
/// </summary>
internal sealed class CopyOut : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly GatewayDatabase _database;
    private bool _complete;

    private CopyOut(NpgsqlConnection connection, GatewayDatabase database, NpgsqlRawCopyStream stream) => (_connection, _database, Stream) = (connection, database, stream);

    public NpgsqlRawCopyStream Stream { get; }

    public static async Task<CopyOut> BeginAsync(NpgsqlConnection connection, string sql, GatewayDatabase database, CancellationToken cancellation) =>
        new(connection, database, await connection.BeginRawBinaryCopyAsync(sql, cancellation));

    public void Complete() => _complete = true;

    public async ValueTask DisposeAsync()
    {
        if (!_complete && _connection.FullState.HasFlag(System.Data.ConnectionState.Open))
        {
            await using var cancel = _database.Reading.CreateCommand(RecordsSql.CancelBackend);
            cancel.Parameters.Add(new NpgsqlParameter<int> { TypedValue = _connection.ProcessID });
            await cancel.ExecuteNonQueryAsync();
        }

        try
        {
            await Stream.DisposeAsync();
        }
        catch (PostgresException cancelled) when (!_complete && cancelled.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            // What was asked for just above.
            _complete = true;
        }
    }
}
