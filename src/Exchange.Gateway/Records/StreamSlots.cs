using Microsoft.Extensions.Options;

namespace Exchange.Gateway.Records;

/// <summary>How many snapshot streams may be under way at once.</summary>
internal sealed class StreamSlots(IOptions<GatewayOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Value.MaxStreams);

    public TimeSpan Timeout => TimeSpan.FromSeconds(options.Value.StreamTimeoutSeconds);

    public bool TryTake() => _slots.Wait(TimeSpan.Zero);

    public void GiveBack() => _slots.Release();

    public void Dispose() => _slots.Dispose();
}
