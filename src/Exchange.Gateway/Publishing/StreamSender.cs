using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Contracts.Records;
using Exchange.Hosting.Bus;
using Microsoft.Extensions.Options;

namespace Exchange.Gateway.Publishing;

/// <summary>
/// Sends batches into an opened stream and returns once all are committed. A bounded number of them is under way; they are kept until they are committed, so that whatever
/// the bus loses is sent again.
/// </summary>
internal sealed partial class StreamSender(
    IRecordTransport transport, IControlBus bus, CommitSignals signals, IOptions<PublishingOptions> options, TimeProvider time, ILogger<StreamSender> logger)
{
    /// <summary>How often the catalogue is asked while nothing is announced.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan AskDeadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FollowDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Without progress for so many looks, what is under way is sent again.</summary>
    private const int LooksBeforeResend = 5;

    /// <returns>The sequence of the last batch, or <see cref="ErrorCodes.StreamHeld"/>, or <see cref="ErrorCodes.PublicationUnconfirmed"/> where it is not known what is committed.</returns>
    public async Task<Result<long>> SendAsync(StreamOpened stream, IEnumerable<RecordBatch> batches, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(FollowDeadline);
        StreamProgress progress;
        try
        {
            progress = await signals.FollowAsync(stream, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return ErrorCodes.PublicationUnconfirmed.With(("seconds", 5));
        }

        try
        {
            using var source = batches.GetEnumerator();
            return await new Sending(this, stream, progress, source).RunAsync(cancellation);
        }
        finally
        {
            signals.Leave(stream.Stream, progress);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Batches of stream {Stream} from {Sequence} on are not confirmed by the bus; they are sent again.")]
    private static partial void LogUnconfirmed(ILogger logger, Contracts.Identifiers.StreamId stream, long sequence, Exception fault);

    private sealed class Sending(StreamSender sender, StreamOpened stream, StreamProgress progress, IEnumerator<RecordBatch> source)
    {
        private readonly Queue<RecordBatch> _window = new();
        private readonly TimeSpan _patience = TimeSpan.FromSeconds(sender.Limits.CommitDeadlineSeconds);
        private long _sent = stream.NextSequence - 1;
        private long _committed = stream.NextSequence - 1;
        private long _progressedAt = sender.Clock.GetTimestamp();
        private int _looks;
        private bool _isRead;

        public async Task<Result<long>> RunAsync(CancellationToken cancellation)
        {
            while (true)
            {
                var change = progress.NextChange;
                Forget();
                Fill();
                if (_window.Count == 0) return _committed;
                if (sender.Clock.GetElapsedTime(_progressedAt) > _patience) return ErrorCodes.PublicationUnconfirmed.With(("seconds", 5));
                await SendAsync(cancellation);
                if (await WaitAsync(change, cancellation) is { } error) return error;
            }
        }

        private void Forget()
        {
            var committed = progress.Committed;
            if (committed == _committed) return;
            while (_window.Count > 0 && _window.Peek().Header.Sequence <= committed) _window.Dequeue();
            _committed = committed;
            _sent = Math.Max(_sent, _committed);
            _progressedAt = sender.Clock.GetTimestamp();
            _looks = 0;
        }

        private void Fill()
        {
            while (!_isRead && _window.Count < sender.Limits.InFlight)
            {
                _isRead = !source.MoveNext();
                if (!_isRead) _window.Enqueue(source.Current);
            }
        }

        private async Task SendAsync(CancellationToken cancellation)
        {
            try
            {
                foreach (var batch in _window.Where(b => b.Header.Sequence > _sent).ToArray())
                {
                    await sender.Transport.PublishAsync(batch, cancellation);
                    _sent = batch.Header.Sequence;
                }
            }
            catch (TransportUnavailableException fault)
            {
                LogUnconfirmed(sender.Logger, stream.Stream, _committed + 1, fault);
                _sent = _committed;
            }
        }

        /// <summary>Waits for news, and asks where there are none.</summary>
        private async Task<Error?> WaitAsync(Task change, CancellationToken cancellation)
        {
            var heard = await HearAsync(change, cancellation);
            var (rewindTo, isDoubtful) = progress.Take();
            if (rewindTo is { } next && next > _committed) _sent = Math.Min(_sent, next - 1);
            if (heard && !isDoubtful) return null;

            var answer = await sender.Bus.RequestAsync<GetStreamStatus, StreamStatus>(new GetStreamStatus(stream.Stream), AskDeadline, cancellation);
            if (answer.IsError) return null;
            var status = answer.Value;
            // Another gateway goes on from here: what of this publication it found committed is on record.
            if (status.Epoch != stream.Epoch) return ErrorCodes.PublicationUnconfirmed.With(("seconds", 5));
            progress.Commit(stream.Epoch, status.CommittedSequence);
            if (status.HeldCode is not null && status.CommittedSequence < _sent) return ErrorCodes.StreamHeld.With(("reason", status.HeldReason));
            if (status.CommittedSequence == _committed && ++_looks % LooksBeforeResend == 0) _sent = _committed;
            return null;
        }

        private async Task<bool> HearAsync(Task change, CancellationToken cancellation)
        {
            try
            {
                await change.WaitAsync(Look, sender.Clock, cancellation);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    private PublishingOptions Limits => options.Value;

    private IRecordTransport Transport => transport;

    private IControlBus Bus => bus;

    private TimeProvider Clock => time;

    private ILogger Logger => logger;
}
