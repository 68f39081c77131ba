using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;

namespace Exchange.Hosting.Bus;

/// <summary>
/// Opens streams for one process. Its requests are numbered, so that one which a broker delivers again, or which comes after its asker gave up and asked anew, does not fence the asker himself.
/// </summary>
public sealed class StreamOpener(IControlBus bus)
{
    private readonly Guid _opener = Guid.CreateVersion7();
    private long _openings;

    /// <inheritdoc cref="OpenStream"/>
    /// <param name="within">How long the answer is waited for.</param>
    public Task<Result<StreamOpened>> OpenAsync(string resource, string source, string publisher, string schemaFingerprint, TimeSpan within, CancellationToken cancellation) =>
        bus.RequestAsync<OpenStream, StreamOpened>(
            new OpenStream(resource, source, publisher, schemaFingerprint, _opener, Interlocked.Increment(ref _openings)), within, cancellation);
}
