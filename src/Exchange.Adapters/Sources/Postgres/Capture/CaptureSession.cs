using Exchange.Adapters.Configuration;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;
using Npgsql;
using Npgsql.Replication;
using NpgsqlTypes;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>What the parts of one reading of a source share.</summary>
internal sealed record CaptureSession(PostgresSourceModel Model, CaptureModel Capture, SourceContext Context, NpgsqlDataSource Database)
{
    private const int ReadBufferBytes = 1024 * 1024;
    private const int SlotCreationSeconds = 3600;

    public string Slot => Capture.SlotOf(Context.Adapter);

    public string Publication => Capture.PublicationOf(Context.Adapter);

    /// <summary>Opens a connection of the kind that slots are made and read with.</summary>
    public async Task<LogicalReplicationConnection> OpenReplicationAsync(CancellationToken cancellation)
    {
        var settings = new NpgsqlConnectionStringBuilder(Model.Connection.ConnectionString)
        {
            ApplicationName = $"exchange-adapter {Context.Adapter} changes", Timeout = 10, ReadBufferSize = ReadBufferBytes, TcpKeepAlive = true,
            // A new slot waits for every transaction that runs: as long as that takes.
            CommandTimeout = SlotCreationSeconds,
        };
        var connection = new LogicalReplicationConnection(settings.ConnectionString);
        try
        {
            await connection.Open(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes sure that changes can be captured.</summary>
    /// <returns>Null where they can; a <see cref="SourceProblem"/> where the table does not fit; else a <see cref="SourceUnready"/> with all findings.</returns>
    public async Task<SourceItem?> PrepareAsync(CancellationToken cancellation)
    {
        var facts = await ServerFacts.ReadAsync(Database, Model.Table, Slot, Publication, cancellation);
        if (facts.HasTable && await DriftAsync(cancellation) is { } drift) return new SourceProblem(drift);
        var findings = CaptureRules.Find(facts, Model, Context.Schema, Publication);
        if (findings.Count > 0) return Unready(findings);
        var publication = new Publication(Publication, Model, CaptureRules.PublishedColumns(facts, Model, Context.Schema));
        return await publication.EnsureAsync(Database, facts, cancellation) is { } finding ? Unready([finding]) : null;
    }

    /// <summary>Why the table, as it is now, does not fit the resource; null where it does.</summary>
    public async Task<Error?> DriftAsync(CancellationToken cancellation)
    {
        await using var connection = await Database.OpenLiveAsync(cancellation);
        var bound = await SourceColumns.BindAsync(connection, Model, Context.Schema, cancellation);
        return bound.IsError ? bound.Error : null;
    }

    public Task<string> ShapeAsync(CancellationToken cancellation) => TableShape.ReadAsync(Database, Model, Context.Schema.Fingerprint, Publication, cancellation);

    /// <summary>Up to where the server's log is on its disk.</summary>
    public Task<NpgsqlLogSequenceNumber> FlushedAsync(CancellationToken cancellation) => PlaceAsync(CaptureSql.FlushedTo, cancellation);

    /// <summary>Up to where the server's log is written; every transaction that any snapshot taken before sees has committed before that place.</summary>
    public async Task<NpgsqlLogSequenceNumber> InsertedAsync(CancellationToken cancellation)
    {
        // The server names a place after the header of a page that has nothing in it yet; what is read ends before that header.
        const ulong PageBytes = 8192;
        const ulong LongestHeader = 40;
        var place = (ulong)await PlaceAsync(CaptureSql.InsertedTo, cancellation);
        return new NpgsqlLogSequenceNumber(place % PageBytes <= LongestHeader ? place - (place % PageBytes) : place);
    }

    public async Task<SourceSnapshot> SnapshotAsync(CancellationToken cancellation) => SourceSnapshot.Parse(await TextAsync(CaptureSql.CurrentSnapshot, cancellation));

    private async Task<NpgsqlLogSequenceNumber> PlaceAsync(string sql, CancellationToken cancellation) => NpgsqlLogSequenceNumber.Parse(await TextAsync(sql, cancellation));

    private async Task<string> TextAsync(string sql, CancellationToken cancellation)
    {
        await using var command = Database.CreateQuickCommand(sql);
        return (string)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static SourceUnready Unready(IReadOnlyList<ErrorDetail> findings) => new(ErrorCodes.CaptureNotReady.WithDetails(findings, ("count", findings.Count)));
}
