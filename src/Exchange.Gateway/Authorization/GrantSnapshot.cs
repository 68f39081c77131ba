using System.Collections.Frozen;
using Exchange.Gateway.Authentication;

namespace Exchange.Gateway.Authorization;

/// <summary>All clients and grants at one version. Immutable.</summary>
internal sealed class GrantSnapshot
{
    private readonly FrozenDictionary<(Guid Consumer, string Resource), GrantPlan[]> _byResource;
    private readonly TaskCompletionSource _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GrantSnapshot(long version, IEnumerable<Caller> clients, IEnumerable<GrantPlan> plans)
    {
        Version = version;
        Clients = clients.ToFrozenDictionary(c => c.ClientId, StringComparer.Ordinal);
        Plans = plans.ToFrozenDictionary(p => p.GrantId);
        _byResource = Plans.Values.GroupBy(p => (p.ConsumerId, p.Resource)).ToFrozenDictionary(g => g.Key, g => g.ToArray());
    }

    public static GrantSnapshot Empty { get; } = new(-1, [], []);

    public long Version { get; }

    public FrozenDictionary<string, Caller> Clients { get; }

    public FrozenDictionary<Guid, GrantPlan> Plans { get; }

    /// <summary>Completes when a newer snapshot has taken this one's place.</summary>
    public Task Superseded => _superseded.Task;

    public IReadOnlyList<GrantPlan> Of(Guid consumer, string resource) => _byResource.GetValueOrDefault((consumer, resource), []);

    public void Supersede() => _superseded.TrySetResult();
}
