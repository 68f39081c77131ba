using System.CommandLine;
using System.Globalization;
using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Exchange;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Configuration;
using Npgsql;
using static Exchange.Adapters.CommandLine;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>
/// <c>exchange-adapter replay FILE --from TIME|CURSOR</c>: takes a sink back to an earlier place of the feed. The changes since then are applied again, with the rows as they are
/// now; in the end the target is the slice, as before.
/// </summary>
internal static class ReplayCommand
{
    public static Command Make(Argument<string> file)
    {
        var from = new Option<string>("--from") { Required = true, Description = Say("时间（RFC 3339，含时区）或监管方签发的游标", "a time (RFC 3339, with its offset), or a cursor that the bureau handed over") };
        var command = new Command("replay", Say("从较早位置重放变更", "apply the changes since an earlier place again")) { file, from };
        command.SetAction((parsed, stop) => RunAsync(parsed.GetRequiredValue(file), parsed.GetRequiredValue(from), stop));
        return command;
    }

    private static async Task<int> RunAsync(string file, string from, CancellationToken stop)
    {
        var loaded = await AdapterFile.LoadAsync(file, stop);
        if (loaded.IsError) return await TellAsync(file, loaded.Error);
        if (loaded.Value is not ReceivingAdapter adapter) return await TellAsync(file, ErrorCodes.SettingMissing.With(("setting", "sink")));
        var moved = await ReplayAsync(adapter, from, TimeProvider.System, stop);
        if (moved.IsError) return await TellAsync(file, moved.Error, RunHost.Failure);
        await Console.Out.WriteLineAsync(Say("已退回；适配器将从该位置继续。", "Moved back; the adapter goes on from there."));
        return RunHost.Success;
    }

    /// <summary>Moves the sink's cursor. Fails, with nothing moved, where the place is gone from the feed's history (<see cref="ErrorCodes.CursorExpired"/>) or nothing has landed yet.</summary>
    internal static async Task<Result<Done>> ReplayAsync(ReceivingAdapter adapter, string from, TimeProvider time, CancellationToken cancellation)
    {
        // One change is enough to learn whether a cursor is good.
        using var gateway = new GatewayClient(adapter.Source with { Wait = TimeSpan.Zero, PageRows = 1 }, time);
        var cursor = await CursorAsync(gateway, from, cancellation);
        if (cursor.IsError) return cursor.Error;
        var proved = await gateway.OpenChangesAsync(cursor.Value, cancellation);
        if (proved.IsError) return proved.Error;
        proved.Value.Dispose();

        await using var database = adapter.Sink.Connection.Open($"exchange-adapter {adapter.Name} replay");
        await using var target = await TargetReading.BeginAsync(database, adapter.Sink, adapter.Name, cancellation);
        if (target.Cursor is null) return ErrorCodes.NothingLanded.With();
        await using var move = database.CreateCommand(PostgresSinkSql.MoveCursor(adapter.Sink.Cursors.Sql));
        move.Parameters.Add(new NpgsqlParameter { Value = adapter.Name });
        move.Parameters.Add(new NpgsqlParameter { Value = cursor.Value });
        await move.ExecuteNonQueryAsync(cancellation);
        return Done.Value;
    }

    private static async Task<Result<string>> CursorAsync(GatewayClient gateway, string from, CancellationToken cancellation) =>
        from.Contains(':', StringComparison.Ordinal) && DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var at)
            ? await gateway.GetCursorAsync(at, cancellation)
            : from;
}
