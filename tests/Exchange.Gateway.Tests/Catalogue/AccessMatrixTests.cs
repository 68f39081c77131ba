using System.Net;
using System.Text;
using Exchange.Contracts.Messages.V1;
using Exchange.Gateway.Tests.Kit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Gateway.Tests.Catalogue;

/// <summary>Every route against every kind of caller. A route that is not in the table fails.</summary>
[Trait("Cost", "Servers")]
public sealed class AccessMatrixTests
{
    private static readonly string[] Callers = ["anonymous", "service", "other", "market", "bureau"];

    // Status by caller, in the order above. A consumer with the grant is "service", one without is "other".
    private static readonly Dictionary<string, (string Address, int[] Statuses, string? Body)> Table = new(StringComparer.Ordinal)
    {
        ["POST /oauth/token"] = ("/oauth/token", [415, 415, 415, 415, 415], "{}"),
        ["GET /.well-known/jwks.json"] = ("/.well-known/jwks.json", [200, 200, 200, 200, 200], null),
        ["GET /.well-known/oauth-authorization-server"] = ("/.well-known/oauth-authorization-server", [200, 200, 200, 200, 200], null),
        ["GET /v1/data/{resource}"] = ("/v1/data/enterprise?limit=1", [401, 200, 403, 403, 403], null),
        ["GET /v1/data/{resource}/{key}"] = ("/v1/data/enterprise/E000001", [401, 200, 403, 403, 403], null),
        ["GET /v1/changes/{resource}"] = ("/v1/changes/enterprise", [401, 200, 403, 403, 403], null),
        ["GET /v1/changes/{resource}/cursor"] = ("/v1/changes/enterprise/cursor?at=2026-01-01T00:00:00Z", [401, 200, 403, 403, 403], null),
        ["POST /v1/verify/{resource}"] = ("/v1/verify/enterprise", [401, 200, 403, 403, 403], """{"key":{"uscc":"E000001"},"match":{"legal_rep":"x"}}"""),
        ["POST /v1/participants"] = ("/v1/participants", [401, 403, 403, 403, 200], """{"code":"a","titleZh":"a","titleEn":"a","uscc":null}"""),
        ["POST /v1/clients"] = ("/v1/clients", [401, 403, 403, 403, 201], """{"clientId":"a","participant":"a","roles":[]}"""),
        ["DELETE /v1/clients/{id}"] = ("/v1/clients/a", [401, 403, 403, 403, 204], null),
        ["POST /v1/grants"] = ("/v1/grants", [401, 403, 403, 403, 201],
            """{"consumer":"a","resource":"b","purpose":"p","legalBasis":"l","fields":[],"methods":[],"validFrom":"2026-01-01T00:00:00Z","validUntil":"2027-01-01T00:00:00Z"}"""),
        ["GET /v1/grants"] = ("/v1/grants", [401, 403, 403, 403, 200], null),
        ["GET /v1/grants/{id:guid}"] = ("/v1/grants/00000000-0000-7000-8000-000000000000", [401, 403, 403, 403, 404], null),
        ["DELETE /v1/grants/{id:guid}"] = ("/v1/grants/00000000-0000-7000-8000-000000000000?reason=over", [401, 403, 403, 403, 200], null),
        ["GET /v1/grants/{id:guid}/cursor"] = ("/v1/grants/00000000-0000-7000-8000-000000000000/cursor?offset=0", [401, 403, 403, 403, 404], null),
        ["GET /v1/streams"] = ("/v1/streams", [401, 403, 403, 403, 200], null),
        ["POST /v1/streams/{resource}/release"] = ("/v1/streams/enterprise/release", [401, 403, 403, 403, 404], null),
        ["POST /v1/streams/{resource}/reject"] = ("/v1/streams/enterprise/reject", [401, 403, 403, 404, 404], """{"reason":"r"}"""),
        ["GET /v1/quarantine/{resource}"] = ("/v1/quarantine/enterprise", [401, 403, 403, 200, 200], null),
        ["GET /v1/quarantine/{resource}/{id:long}"] = ("/v1/quarantine/enterprise/1", [401, 403, 403, 404, 404], null),
        ["POST /v1/quarantine/{resource}/{id:long}/release"] = ("/v1/quarantine/enterprise/1/release", [401, 403, 403, 200, 403], "{}"),
        ["POST /v1/quarantine/{resource}/{id:long}/discard"] = ("/v1/quarantine/enterprise/1/discard", [401, 403, 403, 200, 403], """{"reason":"r"}"""),
        ["POST /v1/quarantine/{resource}/revalidate"] = ("/v1/quarantine/enterprise/revalidate", [401, 403, 403, 200, 200], null),
        ["GET /v1/comparisons/{resource}"] = ("/v1/comparisons/enterprise", [401, 403, 403, 200, 200], null),
        ["GET /v1/audit"] = ("/v1/audit", [401, 403, 403, 403, 200], null),
        ["POST /v1/resources"] = ("/v1/resources", [401, 403, 403, 201, 201], """{"name":"a","publisher":"market","titleZh":"a","titleEn":"a","schema":{}}"""),
        ["GET /v1/resources"] = ("/v1/resources", [401, 200, 200, 200, 200], null),
        ["GET /v1/resources/{name}"] = ("/v1/resources/enterprise", [401, 200, 200, 200, 200], null),
        ["GET /v1/resources/{name}/schema"] = ("/v1/resources/enterprise/schema", [401, 200, 200, 200, 200], null),
        ["POST /v1/publish/{resource}"] = ("/v1/publish/enterprise", [401, 403, 403, 415, 403], "{}"),
        ["GET /errors/{name}"] = ("/errors/not_granted", [200, 200, 200, 200, 200], null),
        ["GET /openapi/{documentName}.json"] = ("/openapi/v1.json", [200, 200, 200, 200, 200], null),
        ["* /livez"] = ("/livez", [200, 200, 200, 200, 200], null),
        ["* /readyz"] = ("/readyz", [200, 200, 200, 200, 200], null),
    };

    [Fact]
    public async Task Routes_ByEveryCaller_AnswerAsInTheTable()
    {
        await using var node = await Node.StartAsync(handlers: new Commands().Handlers());
        var enterprises = await Enterprises.CreateAsync(node, rows: 3);
        await node.Catalogue.ParticipantAsync("other");
        await node.Catalogue.ParticipantAsync("bureau", ClientRoles.Bureau);
        await node.Catalogue.GrantAsync(enterprises.Consumer, enterprises.Resource, Enterprises.Granted, verify: ["legal_rep"]);

        var routes = node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => (e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]).Select(m => $"{m} /{e.RoutePattern.RawText!.TrimStart('/')}"))
            .Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(Table.Keys.Order(StringComparer.Ordinal), routes);

        var clients = new List<HttpClient> { node.Anonymous() };
        foreach (var caller in Callers[1..]) clients.Add(await node.ClientAsync(caller));
        var wrong = new List<string>();
        foreach (var (route, (address, statuses, body)) in Table)
        {
            for (var i = 0; i < Callers.Length; i++)
            {
                var method = route.Split(' ')[0];
                using var request = new HttpRequestMessage(method == "*" ? HttpMethod.Get : new HttpMethod(method), address);
                if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                using var response = await clients[i].SendAsync(request);
                if ((int)response.StatusCode != statuses[i]) wrong.Add($"{route} by {Callers[i]}: {(int)response.StatusCode} where {statuses[i]} belongs");
                if (response.StatusCode >= HttpStatusCode.BadRequest && await response.ProblemAsync() is null) wrong.Add($"{route} by {Callers[i]}: not a problem");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task RegisterResource_ForAnotherDepartment_IsRefusedToPublishers()
    {
        var commands = new Commands();
        await using var node = await Node.StartAsync(handlers: commands.Handlers());
        await Enterprises.CreateAsync(node);
        using var market = await node.ClientAsync("market");

        using var response = await market.PostAsync(
            "/v1/resources", new StringContent("""{"name":"a","publisher":"service","titleZh":"a","titleEn":"a","schema":{}}""", Encoding.UTF8, "application/json"));

        Assert.Equal("resource_of_another", await response.ProblemAsync());
        Assert.Empty(commands.Received);
    }

    [Fact]
    public async Task Commands_FailingInTheCatalogue_AnswerItsErrorWithPointers()
    {
        var commands = new Commands { Failure = Contracts.Errors.ErrorCodes.ResourceUnknown.With(("resource", "x")) };
        await using var node = await Node.StartAsync(handlers: commands.Handlers());
        await node.Catalogue.ParticipantAsync("bureau", ClientRoles.Bureau);
        using var bureau = await node.ClientAsync("bureau");

        using var failed = await bureau.PostAsync("/v1/participants", new StringContent("""{"code":"a","titleZh":"a","titleEn":"a","uscc":null}""", Encoding.UTF8, "application/json"));
        using var misspelt = await bureau.PostAsync("/v1/participants", new StringContent("""{"code":"a","titleZh":"a","titleEn":"a","usc":null}""", Encoding.UTF8, "application/json"));

        Assert.Equal("resource_unknown", await failed.ProblemAsync());
        Assert.Equal(HttpStatusCode.BadRequest, misspelt.StatusCode);
        Assert.Equal("/usc", (await misspelt.JsonAsync()).GetProperty("errors")[0].GetProperty("pointer").GetString());
    }
}
