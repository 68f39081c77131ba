using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Database;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Faults;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Exchange.Gateway.Publishing;

/// <summary>A publication whose body was received.</summary>
/// <param name="Participant">The department that publishes.</param>
/// <param name="RequestHash">What its key stands for.</param>
/// <param name="Language">Of the report.</param>
internal sealed record PublicationJob(
    PublishRequest Request, PublishingTarget Target, Guid Participant, ReceivedBody Body, byte[] RequestHash, Language Language);

/// <summary>What became of a publication: an answer, or an error and what was found in the lines.</summary>
/// <param name="IsReplayed">The answer was given before, and nothing was done now.</param>
internal sealed record PublicationOutcome(byte[]? Answer, Error? Error, Examination? Found = null, bool IsReplayed = false)
{
    public static PublicationOutcome Failed(Error error, Examination? found = null) => new(null, error, found);
}

/// <summary>
/// Takes a received body into the catalogue: (1) find what its key stands for, (2) check all lines, (3) put it on record, (4) wait for the resource, (5) open the stream and see
/// how far an earlier attempt came, (6) send what is missing until all of it is committed, (7) keep the answer.
/// </summary>
internal sealed class PublishingRun(
    GatewayDatabase database, IOptions<PublishingOptions> options, StreamSender sender, StreamOpener opener, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>The one source of a resource that is published over HTTP: two gateways fence each other. No adapter can have this name.</summary>
    public const string Source = "@http";

    private static readonly TimeSpan OpenDeadline = TimeSpan.FromSeconds(15);
    private static readonly (string, object?) Soon = ("seconds", 5);

    public PublishingOptions Limits => options.Value;

    /// <summary>Goes on when the caller hangs up; ends where the gateway stops.</summary>
    public async Task<PublicationOutcome> RunAsync(PublicationJob job)
    {
        var stop = lifetime.ApplicationStopping;
        await using var ledger = await PublicationLedger.OpenAsync(database, stop);
        // 1
        if (!await ledger.TryLockKeyAsync(job.Request.KeyLock(job.Participant), stop)) return PublicationOutcome.Failed(ErrorCodes.PublicationUnderWay.With(Soon));
        var known = await ledger.FindAsync(job, time.GetUtcNow(), stop);
        if (known?.Refusal(job.RequestHash) is { } reused) return PublicationOutcome.Failed(reused);
        if (known?.Answer is { } answer) return new PublicationOutcome(answer, null, IsReplayed: true);

        // 2
        var found = Examine(job);
        if (found.Refusal(job.Request.OnBadLine, Limits.MaxSetAside) is { } refusal) return PublicationOutcome.Failed(refusal, found);

        // 3
        var publication = known ?? await AddAsync(ledger, job, found, stop);
        try
        {
            return await PublishAsync(ledger, job, publication, found, stop);
        }
        finally
        {
            if (known is null) await ledger.ForgetAsync(publication.Id, CancellationToken.None);
        }
    }

    private async Task<PublicationOutcome> PublishAsync(
        PublicationLedger ledger, PublicationJob job, Publication publication, Examination found, CancellationToken stop)
    {
        // 4
        if (!await ledger.TryLockResourceAsync(job.Target.ResourceId, Limits.WaitSeconds, stop)) return PublicationOutcome.Failed(ErrorCodes.PublicationsWaiting.With(Soon));

        // 5
        var opened = await opener.OpenAsync(job.Request.Resource, Source, job.Target.Publisher, job.Target.Schema.Fingerprint, OpenDeadline, stop);
        if (opened.IsError) return PublicationOutcome.Failed(opened.Error);
        var stream = opened.Value;
        var place = StreamPosition.Parse(stream.Position);
        if (place is not null) await ledger.NoteAsync(place, stream.NextSequence - 1, stop);
        var batches = Batches(job, found);
        var resumed = publication.Resume(stream, job.Request.Mode, job.Target.Schema.Fingerprint, batches);
        if (resumed.IsError) return PublicationOutcome.Failed(resumed.Error);

        // 6
        publication = publication with { Committed = resumed.Value, Batches = batches, Fingerprint = job.Target.Schema.Fingerprint };
        var last = place?.Publication == publication.Id ? stream.NextSequence - 1 : publication.LastSequence ?? stream.NextSequence - 1;
        if (publication.Committed < batches)
        {
            await ledger.BeginAsync(publication, stream.NextSequence, stop);
            if (publication.Committed == 0) publication = publication with { FirstSequence = stream.NextSequence };
            var sent = await sender.SendAsync(stream, PublicationBatches.Of(job, stream, publication, Limits), stop);
            if (sent.IsError) return PublicationOutcome.Failed(sent.Error);
            last = sent.Value;
        }

        if (await RejectionAsync(job, stream, last, stop) is { } rejection) return PublicationOutcome.Failed(rejection);

        // 7
        await FailPoint.HitAsync("publish.before-answer", stop);
        var stored = await StoredAsync(job, publication, found, last, stop);
        var answer = PublicationReport.Stored(publication.Id, job.Request, found, stored, job.Language);
        await ledger.FinishAsync(publication.Id, last, answer, stop);
        return new PublicationOutcome(answer, null, found);
    }

    private Examination Examine(PublicationJob job)
    {
        using var body = job.Body.Spool.OpenRead();
        using var rows = new PublicationRows(body, job.Request, job.Target.Validator, Limits);
        while (rows.ReadBatch())
        {
        }

        return rows.Found;
    }

    private async Task<Publication> AddAsync(PublicationLedger ledger, PublicationJob job, Examination found, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var publication = new Publication(
            NewIdentifier.At<RequestId>(now).Value, job.RequestHash, job.Target.Schema.Fingerprint, Batches(job, found), 0, null, null, null);
        await ledger.AddAsync(publication, job, now, now.AddHours(Limits.KeyHours), stop);
        return publication;
    }

    /// <summary>A snapshot has a mark at either end.</summary>
    private static int Batches(PublicationJob job, Examination found) => found.Batches + (job.Request.Mode == PublishMode.Snapshot ? 2 : 0);

    /// <summary>The stream went past a snapshot that people rejected: its position alone does not tell that it was not taken.</summary>
    private async Task<Error?> RejectionAsync(PublicationJob job, StreamOpened stream, long last, CancellationToken stop)
    {
        if (job.Request.Mode != PublishMode.Snapshot) return null;
        await using var find = database.Reading.CreateCommand(PublishingSql.Rejection);
        find.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream.Stream.Value });
        find.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
        return await find.ExecuteScalarAsync(stop) is string reason ? ErrorCodes.SnapshotRejected.With(("reason", reason)) : null;
    }

    private async Task<StoredRows> StoredAsync(PublicationJob job, Publication publication, Examination found, long last, CancellationToken stop)
    {
        var unknown = new StoredRows(null, found.Rejected, null);
        if (!Publication.IsUnbroken(publication.FirstSequence, last, publication.Batches)) return unknown;
        await using var written = database.Reading.CreateCommand(PublishingSql.Written);
        written.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = job.Target.ResourceId });
        written.Parameters.Add(new NpgsqlParameter<long> { TypedValue = publication.FirstSequence!.Value });
        written.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last });
        await using var r = await written.ExecuteReaderAsync(stop);
        await r.ReadAsync(stop);
        return r.GetInt64(0) == publication.Batches ? new StoredRows(r.GetInt64(1), r.GetInt64(2), r.GetInt64(3)) : unknown;
    }
}
