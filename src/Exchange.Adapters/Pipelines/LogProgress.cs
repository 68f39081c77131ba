using Microsoft.Extensions.Logging;

namespace Exchange.Adapters.Pipelines;

/// <summary>Logs each change of phase, with the counts; the counts alone are not worth a line.</summary>
internal sealed class LogProgress(ILogger logger) : IAdapterProgress
{
    private (AdapterPhase Phase, string? Problem) _last = (AdapterPhase.Stopped, null);

    public void Report(AdapterStatus status)
    {
        var now = (status.Phase, status.Problem?.Code.Name);
        if (now == _last || (status.Phase == AdapterPhase.Connecting && status.Problem is not null)) return;
        _last = now;
        logger.Log(
            status.Problem is null ? LogLevel.Information : LogLevel.Warning,
            "Adapter {Adapter}: {Phase}, {Read} rows read, {Committed} committed, {Quarantined} quarantined{Slot}. {Problem}",
            status.Adapter, status.Phase, status.RowsRead, status.RowsCommitted, status.RowsQuarantined,
            status.Slot is { } slot ? $", slot holds back {slot.Share:P0} of its budget" : "", status.Problem?.ToString());
    }
}
