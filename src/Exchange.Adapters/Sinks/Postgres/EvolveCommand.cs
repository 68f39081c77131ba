using System.CommandLine;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Configuration;
using static Exchange.Adapters.CommandLine;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary><c>exchange-adapter evolve FILE</c>: shows how the target table follows the grant, and does it where that is wanted.</summary>
internal static class EvolveCommand
{
    public static Command Make(Argument<string> file)
    {
        var apply = new Option<bool>("--apply") { Description = Say("执行所示语句", "run the statements") };
        var command = new Command("evolve", Say("使目标表适应变更后的授权；缺省仅显示语句", "let the target table follow a changed grant; only shows the statements by default")) { file, apply };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetRequiredValue(file), parsed.GetValue(apply), stop));
        return command;
    }

    private static async Task<int> RunAsync(string file, bool apply, CancellationToken stop)
    {
        var loaded = await AdapterFile.LoadAsync(file, stop);
        if (loaded.IsError) return await TellAsync(file, loaded.Error);
        if (loaded.Value is not ReceivingAdapter adapter) return await TellAsync(file, ErrorCodes.SettingMissing.With(("setting", "sink")));
        var plan = await EvolveAsync(adapter, apply, TimeProvider.System, stop);
        if (plan.IsError) return await TellAsync(file, plan.Error, RunHost.Failure);

        foreach (var statement in plan.Value.Statements) await Console.Out.WriteLineAsync(statement + ";");
        await Console.Out.WriteLineAsync((plan.Value.Statements.Count, apply) switch
        {
            (0, _) => Say("目标表已符合授权。", "The target fits the grant."),
            (_, true) => Say("已执行；适配器将从快照重新装载。", "Done; the adapter begins with a snapshot."),
            _ => Say("以上语句未执行；加 --apply 执行。", "Nothing was run; add --apply."),
        });
        return RunHost.Success;
    }

    /// <summary>Compares target and grant, and applies the plan where that is wanted. Fails, with nothing changed, where there are obstacles.</summary>
    internal static async Task<Result<EvolutionPlan>> EvolveAsync(ReceivingAdapter adapter, bool apply, TimeProvider time, CancellationToken cancellation)
    {
        using var gateway = new GatewayClient(adapter.Source, time);
        var schema = await gateway.GetSchemaAsync(cancellation);
        if (schema.IsError) return schema.Error;
        var granted = await gateway.GetColumnsAsync(cancellation);
        if (granted.IsError) return granted.Error;
        var bound = TargetColumn.Bind(adapter.Sink, granted.Value, schema.Value);
        if (bound.IsError) return bound.Error;

        await using var database = adapter.Sink.Connection.Open($"exchange-adapter {adapter.Name} evolve");
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var present = await TargetEvolution.ColumnsAsync(connection, adapter.Sink.Table, cancellation);
        if (present.Count == 0) return ErrorCodes.NothingLanded.With();
        var plan = TargetEvolution.Plan(adapter.Sink.Table, bound.Value, present, schema.Value);
        if (plan.Obstacles.Count > 0) return ErrorCodes.TargetCannotEvolve.With(("change", string.Join("; ", plan.Obstacles)));
        if (apply && plan.Statements.Count > 0) await TargetEvolution.ApplyAsync(connection, adapter.Sink, adapter.Name, plan, cancellation);
        return plan;
    }
}
