using Exchange.Benchmarks.Data;
using Exchange.Contracts.Messages.V1;
using Exchange.Hosting.Bus;
using Exchange.Hosting.Credentials;

namespace Exchange.Benchmarks.Platform;

/// <summary>The data bureau: says over the bus who publishes and who was granted what.</summary>
internal sealed class Bureau(IControlBus bus, TimeProvider time)
{
    public const string Publisher = "market-regulation";
    public const string ConsumerClient = "bench-consumer";
    private const string Consumer = "service-centre";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Registers the two departments and the consumer's client.</summary>
    /// <returns>The client's secret.</returns>
    public async Task<string> RegisterAsync(CancellationToken cancellation)
    {
        await AskAsync<RegisterParticipant, ParticipantRegistered>(new RegisterParticipant(Publisher, "市场监督管理局", "Market Regulation Bureau", null), cancellation);
        await AskAsync<RegisterParticipant, ParticipantRegistered>(new RegisterParticipant(Consumer, "政务服务中心", "Government Service Centre", null), cancellation);
        var secret = ClientSecret.Generate();
        await AskAsync<RegisterClient, ClientRegistered>(new RegisterClient(ConsumerClient, Consumer, ClientSecret.Hash(secret), [ClientRoles.Consumer]), cancellation);
        return secret;
    }

    /// <summary>Registers a resource with the test table's schema and grants the consumer its part of it.</summary>
    public async Task GrantAsync(string resource, CancellationToken cancellation)
    {
        await AskAsync<RegisterResource, ResourceRegistered>(
            new RegisterResource(resource, Publisher, "企业登记信息", "Enterprise registrations", null, EnterpriseSchema.Json), cancellation);
        await GrantAsync(resource, PublishedResource.Purpose, cancellation);
    }

    /// <summary>Grants the consumer its part of a registered resource for one more purpose.</summary>
    public async Task GrantAsync(string resource, string purpose, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await AskAsync<CreateGrant, GrantCreated>(
            new CreateGrant(
                Consumer, resource, purpose, "政务数据共享条例",
                [.. EnterpriseTable.GrantedFields.Select(f => new GrantedField(f, f switch { "legal_rep" => Masks.Name, "id_no" => Masks.Id, _ => null }))],
                RowFilter: null, GrantMethods.All, VerifyFields: ["legal_rep", "id_no"], CaseRequired: false, RowsPerDay: null,
                ValidFrom: now.AddMinutes(-5), ValidUntil: now.AddDays(1), RequestedBy: "bench"),
            cancellation);
    }

    private async Task AskAsync<TRequest, TResponse>(TRequest request, CancellationToken cancellation)
        where TRequest : class
        where TResponse : class
    {
        var answer = await bus.RequestAsync<TRequest, TResponse>(request, Deadline, cancellation);
        if (answer.IsError) throw new BenchException($"{typeof(TRequest).Name}: {answer.Error}");
    }
}
