using Exchange.Contracts.Errors;

namespace Exchange.Gateway.Problems;

/// <summary><c>GET /errors/{name}</c>: what an error means, in both languages. The <c>type</c> of every problem leads here.</summary>
internal static class DescribeError
{
    internal sealed record Answer(int Code, string Name, int Status, string Origin, string Zh, string En);

    public static IResult Handle(string name) => ErrorCodes.ByName.TryGetValue(name, out var code)
        ? Results.Json(new Answer(code.Number, code.Name, ProblemStatus.Of(code), code.Origin.ToString().ToLowerInvariant(), code.Zh, code.En), Catalogue.Desk.Json)
        : Results.NotFound();
}
