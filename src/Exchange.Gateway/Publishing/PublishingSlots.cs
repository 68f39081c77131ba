using Microsoft.Extensions.Options;

namespace Exchange.Gateway.Publishing;

/// <summary>How many publications may be under way at once.</summary>
internal sealed class PublishingSlots(IOptions<PublishingOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Value.MaxConcurrent);

    public bool TryTake() => _slots.Wait(TimeSpan.Zero);

    public void GiveBack() => _slots.Release();

    public void Dispose() => _slots.Dispose();
}
