using Exchange.Adapters.Pipelines;

namespace Exchange.Adapters.Tests.Support;

internal sealed class RecordedProgress : IAdapterProgress
{
    private volatile AdapterStatus? _last;

    public AdapterStatus? Last => _last;

    public AdapterPhase? Phase => _last?.Phase;

    public void Report(AdapterStatus status) => _last = status;
}
