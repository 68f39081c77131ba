using Exchange.Gateway.Database;
using Npgsql;

namespace Exchange.Gateway.Publishing;

/// <summary>
/// The record of publications by their keys, on a session of its own that holds the locks of one publication: a gateway that dies gives them up with its session.
/// </summary>
internal sealed class PublicationLedger : IAsyncDisposable
{
    private const int Slack = 5;
    private readonly NpgsqlConnection _connection;

    private PublicationLedger(NpgsqlConnection connection) => _connection = connection;

    public static async Task<PublicationLedger> OpenAsync(GatewayDatabase database, CancellationToken cancellation)
    {
        var connection = database.NewPublishingConnection();
        try
        {
            await connection.OpenAsync(cancellation);
            return new PublicationLedger(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>False where another request works under the same key.</summary>
    public async Task<bool> TryLockKeyAsync(long number, CancellationToken cancellation)
    {
        await using var take = Command(PublishingSql.TryLock, number);
        return await take.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Waits until no other publication into the resource is under way; false where that took too long.</summary>
    public async Task<bool> TryLockResourceAsync(Guid resource, int waitSeconds, CancellationToken cancellation)
    {
        await using (var wait = Command(PublishingSql.SetWait, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{waitSeconds}s")))
            await wait.ExecuteNonQueryAsync(cancellation);
        await using var take = Command(PublishingSql.LockResource, resource);
        take.CommandTimeout = waitSeconds + Slack;
        try
        {
            await take.ExecuteNonQueryAsync(cancellation);
            return true;
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
    }

    public async Task<Publication?> FindAsync(PublicationJob job, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var find = Command(PublishingSql.Find, job.Participant, job.Target.ResourceId, job.Request.Key, now);
        await using var r = await find.ExecuteReaderAsync(cancellation);
        if (!await r.ReadAsync(cancellation)) return null;
        return new Publication(
            r.GetGuid(0),
            r.GetFieldValue<byte[]>(1),
            r.GetString(2),
            r.GetInt32(3),
            r.GetInt32(4),
            r.IsDBNull(5) ? null : r.GetInt64(5),
            r.IsDBNull(6) ? null : r.GetInt64(6),
            r.IsDBNull(7) ? null : r.GetFieldValue<byte[]>(7));
    }

    /// <summary>Puts a publication on record; an expired one of the same key goes.</summary>
    public async Task AddAsync(Publication publication, PublicationJob job, DateTimeOffset now, DateTimeOffset expiry, CancellationToken cancellation)
    {
        await using var transaction = await _connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(PublishingSql.ForgetKey, cancellation, job.Participant, job.Target.ResourceId, job.Request.Key);
        await ExecuteAsync(
            PublishingSql.Insert, cancellation,
            publication.Id, job.Participant, job.Request.Key, publication.RequestHash, job.Target.ResourceId, publication.Fingerprint, publication.Batches, now, expiry);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Notes how far the publication came that the stream's position tells of.</summary>
    public Task NoteAsync(StreamPosition place, long sequence, CancellationToken cancellation) =>
        ExecuteAsync(PublishingSql.Note, cancellation, place.Publication, place.Batch, sequence);

    public Task BeginAsync(Publication publication, long nextSequence, CancellationToken cancellation) => ExecuteAsync(
        PublishingSql.Begin, cancellation, publication.Id, publication.Fingerprint, publication.Batches, publication.Committed, nextSequence);

    public Task FinishAsync(Guid publication, long? lastSequence, byte[] answer, CancellationToken cancellation) =>
        ExecuteAsync(PublishingSql.Finish, cancellation, publication, (object?)lastSequence ?? DBNull.Value, answer);

    /// <summary>Forgets a publication of which nothing was sent.</summary>
    public Task ForgetAsync(Guid publication, CancellationToken cancellation) => ExecuteAsync(PublishingSql.Forget, cancellation, publication);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task ExecuteAsync(string sql, CancellationToken cancellation, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, _connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
