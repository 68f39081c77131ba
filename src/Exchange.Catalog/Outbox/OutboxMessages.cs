using System.Text.Json;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;

namespace Exchange.Catalog.Outbox;

/// <summary>The events that travel through the outbox, written out one by one.</summary>
internal static class OutboxMessages
{
    private delegate Task Publish(IControlBus bus, string message, CancellationToken cancellation);

    private static readonly Dictionary<string, Publish> Publishers = new(StringComparer.Ordinal)
    {
        [NameOf<GrantsChanged>()] = PublishAsync<GrantsChanged>,
        [NameOf<StreamWasHeld>()] = PublishAsync<StreamWasHeld>,
    };

    public static string NameOf<TEvent>() => typeof(TEvent).Name;

    /// <returns>False where this version of the service does not know the type.</returns>
    public static async Task<bool> TryPublishAsync(IControlBus bus, string type, string message, CancellationToken cancellation)
    {
        if (!Publishers.TryGetValue(type, out var publish)) return false;
        await publish(bus, message, cancellation);
        return true;
    }

    private static Task PublishAsync<TEvent>(IControlBus bus, string message, CancellationToken cancellation)
        where TEvent : class =>
        bus.PublishAsync(JsonSerializer.Deserialize<TEvent>(message)!, cancellation);
}
