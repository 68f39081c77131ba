using Exchange.Contracts.Errors;
using Exchange.Standalone.Demonstration;
using Exchange.Standalone.Platform;

namespace Exchange.Standalone;

/// <summary>The platform in one process, with its data kept in the state folder.</summary>
internal static class Up
{
    public static async Task<int> RunAsync(int port, Language language, TimeProvider clock, CancellationToken cancellation)
    {
        var narrator = Narrator.ForTerminal(language);
        await using var platform = await EmbeddedPlatform.StartAsync(ExchangeFolder.ForUp(), port, clock, cancellation);
        narrator.Say(new($"网关：{platform.Gateway}", $"Gateway: {platform.Gateway}"));
        narrator.Say(new($"数据局客户端：{platform.Bureau.ClientId}", $"Client of the data bureau: {platform.Bureau.ClientId}"));
        narrator.Say(new($"密钥：{platform.Bureau.Secret}", $"Its secret: {platform.Bureau.Secret}"));
        narrator.Say(new($"日志：{platform.Logs}", $"Logs: {platform.Logs}"));
        narrator.Say(new("按 Ctrl-C 停止。", "Ctrl-C stops it."));
        await Endurance.UntilStoppedAsync(cancellation);
        return 0;
    }
}
