using System.Text.Json.Nodes;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Standalone.Departments;

namespace Exchange.Standalone.Demonstration;

/// <summary>The bureau registers the three departments and gives the consumer a machine client.</summary>
internal static class RegisterDepartments
{
    public const string Purpose = "one-stop-business";

    public static async Task RunAsync(Stage stage, HttpClient http, CancellationToken cancellation)
    {
        await RegisterAsync(stage.Bureau, CivilAffairs.Code, "民政局", "Civil Affairs Bureau", cancellation);
        await RegisterAsync(stage.Bureau, MarketRegulation.Code, "市场监督管理局", "Market Regulation Bureau", cancellation);
        await RegisterAsync(stage.Bureau, ServiceCentre.Code, "政务服务中心", "Government Service Centre", cancellation);
        var client = await stage.Bureau.CommandAsync("/v1/clients", new JsonObject
        {
            ["clientId"] = ServiceCentre.Code,
            ["participant"] = ServiceCentre.Code,
            ["roles"] = new JsonArray(ClientRoles.Consumer),
        }, cancellation);
        var credentials = new ClientCredentials(ServiceCentre.Code, client["clientSecret"]!.GetValue<string>());
        stage.Consumer = new GatewayClient(http, credentials, stage.Narrator.Language, stage.Journal, stage.Clock) { Purpose = Purpose };
        stage.Narrator.Say(new("已登记三个部门：民政局、市场监督管理局、政务服务中心。", "Three departments are registered: Civil Affairs, Market Regulation, Government Service Centre."));
    }

    private static async Task RegisterAsync(GatewayClient bureau, string code, string zh, string en, CancellationToken cancellation) =>
        await bureau.CommandAsync("/v1/participants", new JsonObject { ["code"] = code, ["titleZh"] = zh, ["titleEn"] = en, ["uscc"] = null }, cancellation);
}
