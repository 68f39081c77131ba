using Exchange.Standalone.Departments;

namespace Exchange.Standalone.Demonstration;

/// <summary>After the story: the grant is made anew and everything stays up for the reader to try.</summary>
internal static class KeepUp
{
    public static async Task RunAsync(Stage stage, CancellationToken cancellation)
    {
        await GrantAndReceive.GrantEnterprisesAsync(stage, cancellation);
        await stage.Adapters.StartDivisionsAsync(cancellation);
        await stage.Adapters.StartEnterprisesAsync(cancellation);
        await stage.Adapters.StartEnterpriseSinkAsync(stage.RequireConsumer().Credentials, cancellation);
        await stage.Adapters.StartDivisionSinkAsync(stage.RequireConsumer().Credentials, cancellation);

        stage.Narrator.Say(new("已重新授权，环境保持运行。可以试试：", "The grant was made anew and everything stays up. Try:"));
        foreach (var line in Examples(stage)) Console.WriteLine(line);
        stage.Narrator.Say(new("按 Ctrl-C 停止。", "Ctrl-C stops it."));
        await Endurance.UntilStoppedAsync(cancellation);
    }

    private static IEnumerable<string> Examples(Stage stage)
    {
        var gateway = stage.Platform.Gateway.ToString().TrimEnd('/');
        var (consumer, bureau) = (stage.RequireConsumer().Credentials, stage.Platform.Bureau);
        var headers = $"-H \"Authorization: Bearer $TOKEN\" -H 'Exchange-Purpose: {RegisterDepartments.Purpose}'";
        return
        [
            "",
            $"# {ServiceCentre.Code}",
            $"TOKEN={TokenCommand(gateway, consumer)}",
            $"curl -s {headers} '{gateway}/v1/data/{MarketRegulation.Resource}?limit=3'",
            $"curl -s {headers} '{gateway}/v1/data/{MarketRegulation.Resource}?select=uscc,name&status=eq.1&order=uscc.desc&limit=3'",
            $"curl -s {headers} -H 'Accept: application/x-ndjson' '{gateway}/v1/data/{MarketRegulation.Resource}' | head -3",
            $"curl -s {headers} -H 'Accept: text/csv' '{gateway}/v1/data/{CivilAffairs.Resource}' | head -3",
            $"curl -s {headers} '{gateway}/v1/data/{CivilAffairs.Resource}/330106'",
            "",
            $"# {bureau.ClientId}",
            $"BUREAU={TokenCommand(gateway, bureau)}",
            $"curl -s -H \"Authorization: Bearer $BUREAU\" '{gateway}/v1/streams'",
            $"curl -s -H \"Authorization: Bearer $BUREAU\" '{gateway}/v1/quarantine/{MarketRegulation.Resource}'",
            $"curl -s -H \"Authorization: Bearer $BUREAU\" '{gateway}/v1/audit'",
            "",
        ];
    }

    private static string TokenCommand(string gateway, ClientCredentials client) =>
        $"$(curl -s -u '{client.ClientId}:{client.Secret}' -d grant_type=client_credentials {gateway}/oauth/token | sed -E 's/.*\"access_token\":\"([^\"]+)\".*/\\1/')";
}
