using System.CommandLine;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Inventory;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Proof;
using Exchange.Adapters.Sinks.Postgres;
using Exchange.Adapters.Sources.Files;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Configuration;
using Exchange.Records.Schemas;
using Spectre.Console;

namespace Exchange.Adapters;

/// <summary>The verbs of <c>exchange-adapter</c>.</summary>
internal static class CommandLine
{
    /// <summary>Chinese where the environment's language is Chinese, else English.</summary>
    private static readonly Language Speech =
        (Environment.GetEnvironmentVariable("LANG") ?? "").StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? Language.Zh : Language.En;

    public static RootCommand Root()
    {
        var file = new Argument<string>("FILE") { Description = Say("适配器文件（YAML）", "the adapter file (YAML)") };
        var check = new Command("check", Say("检查适配器文件，列出全部问题", "check an adapter file and list all findings")) { file };
        check.SetAction((parsed, stop) => CheckAsync(parsed.GetRequiredValue(file), stop));
        var run = new Command("run", Say("运行适配器，直至收到终止信号", "run an adapter until it is told to stop")) { file };
        run.SetAction((parsed, stop) => RunAsync(parsed.GetRequiredValue(file), stop));
        return new RootCommand(Say("政务数据共享交换平台的部门适配器", "a department's adapter to the exchange")) 
        {
            check, run, ReconcileCommand.Make(file), ReplayCommand.Make(file), EvolveCommand.Make(file), InventoryCommand.Make(),
        };
    }

    private static async Task<int> CheckAsync(string file, CancellationToken stop)
    {
        var loaded = await AdapterFile.LoadAsync(file, stop);
        if (loaded.IsError) return await TellAsync(file, loaded.Error);
        if (await Connectors.CheckAsync(loaded.Value, stop) is { } obstacle) return await TellAsync(file, obstacle, RunHost.Failure);
        await Console.Out.WriteLineAsync(Say($"{file}：配置有效（{loaded.Value.Name}）。", $"{file}: valid ({loaded.Value.Name})."));
        return loaded.Value is PublishingAdapter publishing ? await CheckFilesAsync(file, publishing, stop) : RunHost.Success;
    }

    /// <summary>A source of files is checked with the files that are there.</summary>
    private static async Task<int> CheckFilesAsync(string file, PublishingAdapter adapter, CancellationToken stop)
    {
        if (Connectors.FilesOf(adapter.Source, ResourceSchema.Parse(adapter.Resource.Schema).Value) is not { } files) return RunHost.Success;
        try
        {
            return FilesReport.Write(FolderCheck.Run(files.Folder, files.Format, stop), AnsiConsole.Console, Speech) ? RunHost.Success : RunHost.Misconfigured;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await TellAsync(file, ErrorCodes.SourceUnavailable.With(("reason", e.Message)));
        }
    }

    private static async Task<int> RunAsync(string file, CancellationToken stop)
    {
        var loaded = await AdapterFile.LoadAsync(file, stop);
        if (loaded.IsError) return await TellAsync(file, loaded.Error);
        if (loaded.Value is PublishingAdapter { Bus: null }) return await TellAsync(file, ErrorCodes.SettingMissing.With(("setting", "bus")));
        var ended = loaded.Value switch
        {
            PublishingAdapter publishing => await AdapterHost.PublishAsync(publishing, (environment, until) => AdapterRunner.PublishAsync(publishing, environment, until), stop),
            ReceivingAdapter receiving => await AdapterHost.ReceiveAsync(environment => AdapterRunner.ReceiveAsync(receiving, environment, stop)),
            _ => throw new NotSupportedException(loaded.Value.GetType().Name),
        };
        return ended.IsError ? await TellAsync(file, ended.Error, RunHost.Failure) : RunHost.Success;
    }

    /// <summary>Tells an error, and each of its findings, on standard error.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> TellAsync(string file, Error error, int exitCode = RunHost.Misconfigured)
    {
        await Console.Error.WriteLineAsync($"{file}: {error.Text(Speech)} [{error.Code.Name}]");
        foreach (var detail in error.Details) await Console.Error.WriteLineAsync($"  {detail.Pointer}: {detail.Text(Speech)}");
        return exitCode;
    }

    internal static string Say(string zh, string en) => Speech == Language.Zh ? zh : en;
}
