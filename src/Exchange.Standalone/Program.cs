using System.CommandLine;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Configuration;
using Exchange.Standalone;
using Exchange.Standalone.Demonstration;

var language = new Option<string>("--language") { Description = "界面语言 zh 或 en / language of the output, zh or en", DefaultValueFactory = _ => DefaultLanguage() };
language.AcceptOnlyFromAmong("zh", "en");

var distributed = new Option<bool>("--distributed") { Description = "RabbitMQ 与各服务作为独立进程 / RabbitMQ and the hosts as separate processes" };
var keep = new Option<bool>("--keep") { Description = "演示后保持运行 / stay up after the story" };
var report = new Option<string?>("--report") { Description = "将核对结果写入 JSON 文件 / write the checks to a JSON file" };
var enterprises = new Option<int>("--enterprises")
{
    Description = $"企业行数，不少于 {DemonstrationOptions.FewestEnterprises:N0} / rows of the register, at least {DemonstrationOptions.FewestEnterprises:N0}",
    DefaultValueFactory = _ => DemonstrationOptions.DefaultEnterprises,
};
enterprises.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() < DemonstrationOptions.FewestEnterprises) result.AddError($"--enterprises: ≥ {DemonstrationOptions.FewestEnterprises}");
});
var divisions = new Option<int>("--divisions")
{
    Description = "区划行数上限 / rows of the division list at most",
    DefaultValueFactory = _ => DemonstrationOptions.DefaultDivisions,
};
divisions.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() < DemonstrationOptions.FewestDivisions) result.AddError($"--divisions: ≥ {DemonstrationOptions.FewestDivisions}");
});

var demo = new Command("demo", "演示：两个部门发布数据，第三个部门按授权接收 / the story: two departments publish, a third receives what it was granted")
{
    distributed, keep, report, language, enterprises, divisions,
};
demo.SetAction((parsed, cancellation) => Demonstration.RunAsync(
    new DemonstrationOptions(
        parsed.GetValue(distributed), parsed.GetValue(keep), parsed.GetValue(report), LanguageOf(parsed.GetValue(language)), parsed.GetValue(enterprises), parsed.GetValue(divisions)),
    TimeProvider.System, cancellation));

var port = new Option<int>("--port") { Description = "网关端口 / port of the gateway", DefaultValueFactory = _ => 8480 };
var up = new Command("up", "启动平台并保持运行 / start the platform and stay up") { port, language };
up.SetAction((parsed, cancellation) => Up.RunAsync(parsed.GetValue(port), LanguageOf(parsed.GetValue(language)), TimeProvider.System, cancellation));

var root = new RootCommand("Exchange") { demo, up };
return await RunHost.VerbAsync(stop => root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, stop));

static string DefaultLanguage() => (Environment.GetEnvironmentVariable("LANG") ?? "").StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? "zh" : "en";

static Language LanguageOf(string? name) => name == "zh" ? Language.Zh : Language.En;
