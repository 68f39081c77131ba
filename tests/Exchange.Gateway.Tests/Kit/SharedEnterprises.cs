namespace Exchange.Gateway.Tests.Kit;

/// <summary>One gateway for a class of tests that change nothing, with ten enterprises and a grant for the purpose <see cref="Catalogue.Purpose"/>.</summary>
public sealed class SharedEnterprises : IAsyncLifetime
{
    public const int Rows = 10;
    public const string Verifying = "verifying";

    internal Node Node { get; private set; } = null!;

    internal Enterprises Enterprises { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Node = await Node.StartAsync();
        Enterprises = await Enterprises.CreateAsync(Node, Rows);
        await Node.Catalogue.GrantAsync(Enterprises.Consumer, Enterprises.Resource, Enterprises.Granted);
        await Node.Catalogue.GrantAsync(
            Enterprises.Consumer, Enterprises.Resource, [], "region_code=eq.320102", Verifying, verify: ["legal_rep", "id_no", "phone"]);
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
