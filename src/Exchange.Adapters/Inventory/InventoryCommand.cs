using System.CommandLine;
using System.Globalization;
using Exchange.Adapters.Configuration;
using Exchange.Contracts.Errors;
using Exchange.Hosting.Configuration;
using Npgsql;
using Spectre.Console;
using static Exchange.Adapters.CommandLine;

namespace Exchange.Adapters.Inventory;

/// <summary><c>exchange-adapter inventory CONNECTION --out FOLDER</c>: tells what a database has, and drafts what is needed to share it.</summary>
internal static class InventoryCommand
{
    private const int LeastWidth = 120;
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <param name="Out">The folder for reports and drafts.</param>
    /// <param name="Replace">Whether files that are there already are replaced.</param>
    private sealed record Order(string ConnectionFile, string? PasswordFile, string Out, string Publisher, string[] Schemas, bool Exact, int Sample, string Timeout, bool Replace);

    public static Command Make()
    {
        var connection = new Argument<string>("CONNECTION") { Description = Say("含数据库连接字符串的文件", "the file that holds the database's connection string") };
        var password = new Option<string?>("--password-file") { Description = Say("含数据库密码的文件", "the file that holds the password") };
        var output = new Option<string>("--out") { Description = Say("写入报告和草案的文件夹", "the folder for reports and drafts"), Required = true };
        var publisher = new Option<string>("--publisher") { Description = Say("草案中的发布部门代码", "the publishing participant's code in the drafts"), DefaultValueFactory = _ => "department" };
        var schemas = new Option<string[]>("--schema") { Description = Say("只盘点该模式；可多次给出", "only this schema; may be given several times") };
        var exact = new Option<bool>("--exact") { Description = Say("大表也逐行统计行数", "count the rows of large tables too") };
        var sample = new Option<int>("--sample") { Description = Say("每表抽样行数，100–100000", "rows sampled of each table, 100–100000"), DefaultValueFactory = _ => 1000 };
        var timeout = new Option<string>("--timeout") { Description = Say("每条语句的时限，如 30s", "time limit of each statement, such as 30s"), DefaultValueFactory = _ => "30s" };
        var force = new Option<bool>("--force") { Description = Say("覆盖已有文件", "replace files that are there already") };
        var command = new Command("inventory", Say("盘点数据库：表、行数、键、疑似个人信息，并生成草案", "take an inventory of a database: tables, rows, keys, candidate personal data, with drafts"))
        {
            connection, password, output, publisher, schemas, exact, sample, timeout, force,
        };
        command.SetAction((parsed, stop) => RunAsync(
            new Order(
                parsed.GetRequiredValue(connection), parsed.GetValue(password), parsed.GetRequiredValue(output), parsed.GetRequiredValue(publisher), parsed.GetValue(schemas) ?? [],
                parsed.GetValue(exact), parsed.GetValue(sample), parsed.GetRequiredValue(timeout), parsed.GetValue(force)),
            stop));
        return command;
    }

    private static async Task<int> RunAsync(Order order, CancellationToken stop)
    {
        var question = await QuestionAsync(order, stop);
        if (question.IsError) return await TellAsync("inventory", question.Error);
        var inventory = await ReadInventory.RunAsync(question.Value, TimeProvider.System, stop);
        if (inventory.IsError) return await TellAsync("inventory", inventory.Error, RunHost.Failure);

        var drafts = TableDraft.Of(inventory.Value.Tables);
        var files = InventoryFiles.Of(inventory.Value, drafts, ContextOf(order));
        if (await DraftFolder.WriteAsync(order.Out, files, order.Replace, stop) is { } error) return await TellAsync("inventory", error, RunHost.Failure);
        Show(drafts);
        var complete = drafts.Count(d => d.IsComplete);
        await Console.Out.WriteLineAsync(Say(
            $"{drafts.Count} 个表或视图，{complete} 份草案已写入 {order.Out}；说明见 {InventoryFiles.PageZh}。", $"{drafts.Count} tables and views, {complete} drafts written to {order.Out}; see {InventoryFiles.PageEn}."));
        return RunHost.Success;
    }

    private static async Task<Result<InventoryQuestion>> QuestionAsync(Order order, CancellationToken stop)
    {
        if (order.Sample is < 100 or > 100_000) return Invalid("--sample", "100–100000");
        if (!DurationText.TryParse(order.Timeout, out var timeout) || timeout <= TimeSpan.Zero || timeout > s_longest) return Invalid("--timeout", "30s, 5m, 1h");
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(await TextAsync(order.ConnectionFile, stop));
            if (string.IsNullOrEmpty(builder.Host)) return Invalid(order.ConnectionFile, "Host is missing", "缺少 Host");
            if (order.PasswordFile is { } password) builder.Password = await TextAsync(password, stop);
            return new InventoryQuestion(new PostgresConnection(builder.ConnectionString), order.Schemas, order.Exact, order.Sample, timeout);
        }
        catch (ArgumentException)
        {
            // The exception's text repeats the string, which may hold the password.
            return Invalid(order.ConnectionFile, "it is not an Npgsql connection string", "不是有效的 Npgsql 连接字符串");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Invalid("CONNECTION", e.Message);
        }
    }

    private static async Task<string> TextAsync(string path, CancellationToken stop) =>
        new FileInfo(path).Length <= Secret.MaxBytes
            ? (await File.ReadAllTextAsync(path, stop)).TrimEnd('\r', '\n')
            : throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{path}: > {Secret.MaxBytes} B"));

    private static Error Invalid(string setting, string reason, string? reasonZh = null) =>
        ErrorCodes.SettingInvalid.With(("setting", setting), ("reason", reason), ("reason:zh", reasonZh ?? reason));

    private static DraftContext ContextOf(Order order)
    {
        var folder = Path.GetFullPath(order.Out);
        return new DraftContext(
            order.Publisher, Path.GetRelativePath(folder, Path.GetFullPath(order.ConnectionFile)), order.PasswordFile is { } file ? Path.GetRelativePath(folder, Path.GetFullPath(file)) : null);
    }

    private static void Show(IReadOnlyList<TableDraft> drafts)
    {
        if (AnsiConsole.Console.Profile.Width < LeastWidth) AnsiConsole.Console.Profile.Width = LeastWidth;
        var table = new Table();
        foreach (var heading in (string[])[Say("表", "table"), Say("种类", "kind"), Say("行数", "rows"), Say("键", "key"), Say("疑似个人信息", "personal?"), Say("草案", "draft")])
            table.AddColumn(new TableColumn(new Text(heading)));
        foreach (var draft in drafts)
        {
            table.AddRow(
                new Text(Texts.Shortened($"{draft.Table.Schema}.{draft.Table.Name}", 60)), Of(InventoryPage.Kind(draft.Table.Kind)), new Text(InventoryPage.Rows(draft.Table)),
                Of(InventoryPage.Origin(draft.Table.KeyOrigin)), new Text(draft.Personal.Count().ToString(CultureInfo.InvariantCulture)), new Text(draft.IsComplete ? draft.AdapterFile : "–"));
        }

        AnsiConsole.Write(table);
    }

    private static Text Of(Told told) => new(Say(told.Zh, told.En));
}
