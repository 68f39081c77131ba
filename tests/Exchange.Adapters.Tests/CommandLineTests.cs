using System.Diagnostics;
using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Tests.Support;
using Exchange.Testing;
using Exchange.Testing.Faults;
using Exchange.Testing.Files;
using Exchange.Testing.Servers;
using Xunit;

namespace Exchange.Adapters.Tests;

/// <summary>The program as people and service managers start it.</summary>
[Trait("Cost", "Servers")]
public sealed class CommandLineTests : IDisposable
{
    private readonly AdapterFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("zh_CN.UTF-8", "配置有效")]
    [InlineData("C.UTF-8", "valid")]
    public async Task Check_ValidFile_SaysSo(string language, string expected)
    {
        await using var department = await DepartmentDatabase.CreateAsync();
        await department.ExecuteAsync(TestSchemas.CreatePeople);
        _folder.Write("connection", department.ConnectionString);
        var yaml = AdapterFolder.Publishing.Replace("connection: Host=127.0.0.1;Database=a\n    passwordFile: secret", "connectionFile: connection", StringComparison.Ordinal);
        var (exit, output, errors) = await EndAsync(Start(language, "check", _folder.Write("adapter.yaml", yaml)));
        Assert.Equal("", errors);
        Assert.Equal(0, exit);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_TableDoesNotFit_SaysWhat()
    {
        await using var department = await DepartmentDatabase.CreateAsync();
        await department.ExecuteAsync(TestSchemas.CreatePeople + "; ALTER TABLE people DROP COLUMN full_name");
        _folder.Write("connection", department.ConnectionString);
        var yaml = AdapterFolder.Publishing.Replace("connection: Host=127.0.0.1;Database=a\n    passwordFile: secret", "connectionFile: connection", StringComparison.Ordinal);
        var (exit, _, errors) = await EndAsync(Start("C.UTF-8", "check", _folder.Write("adapter.yaml", yaml)));
        Assert.Equal(1, exit);
        Assert.Contains("the column full_name is gone", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh_CN.UTF-8", "2 个表或视图，1 份草案", "--force 覆盖")]
    [InlineData("C.UTF-8", "2 tables and views, 1 drafts", "add --force")]
    public async Task Inventory_Database_DraftsWhatCheckAcceptsAndReplacesOnlyWithForce(string language, string expected, string refusal)
    {
        await using var department = await DepartmentDatabase.CreateAsync();
        await department.ExecuteAsync(TestSchemas.CreatePeople + "; CREATE TABLE nameless (a text)");
        var connection = _folder.Write("register.connection", department.ConnectionString + "\n");
        var drafts = Path.Combine(_folder.Path, "drafts");
        string[] inventory = ["inventory", connection, "--out", drafts];
        var (exit, output, errors) = await EndAsync(Start(language, inventory));
        Assert.Equal("", errors);
        Assert.Equal(0, exit);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Equal(
            ["inventory.json", "inventory.md", "inventory.zh-CN.md", "people.entry.json", "people.schema.json", "people.yaml"],
            Directory.GetFiles(drafts).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        (exit, _, errors) = await EndAsync(Start(language, "check", Path.Combine(drafts, "people.yaml")));
        Assert.Equal("", errors);
        Assert.Equal(0, exit);

        await File.WriteAllTextAsync(Path.Combine(drafts, "people.yaml"), "mine");
        File.Delete(Path.Combine(drafts, "inventory.json"));
        (exit, _, errors) = await EndAsync(Start(language, inventory));
        Assert.Equal(1, exit);
        Assert.Contains(refusal, errors, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(drafts, "people.yaml")));
        Assert.False(File.Exists(Path.Combine(drafts, "inventory.json")));
        (exit, _, _) = await EndAsync(Start(language, [.. inventory, "--force"]));
        Assert.Equal(0, exit);
        Assert.Contains("adapter: \"people-adapter\"", await File.ReadAllTextAsync(Path.Combine(drafts, "people.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inventory_DatabaseGone_ExitsWithOneAndWritesNothing()
    {
        var connection = _folder.Write("register.connection", "Host=127.0.0.1;Port=1;Database=a;Username=a;Password=s3cret");
        var drafts = Path.Combine(_folder.Path, "drafts");
        var (exit, _, errors) = await EndAsync(Start("C.UTF-8", "inventory", connection, "--out", drafts));
        Assert.Equal(1, exit);
        Assert.Contains("inventory_failed", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(drafts));
    }

    [Fact]
    public async Task Check_InvalidFile_ListsLinesAndExitsWithTwo()
    {
        var file = _folder.Write("adapter.yaml", AdapterFolder.Publishing.Replace("interval", "intervall", StringComparison.Ordinal).Replace("  titleEn: People\n", "", StringComparison.Ordinal));
        var (exit, _, errors) = await EndAsync(Start("zh_CN.UTF-8", "check", file));
        Assert.Equal(2, exit);
        Assert.Contains("line 14: 未知设置“source.postgres.intervall”，是否指“interval”？", errors, StringComparison.Ordinal);
        Assert.Contains("缺少设置“resource.titleEn”", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", 2, "encoding_unproven")]
    [InlineData("big5", 2, "schema_drift")]
    public async Task Check_FilesInTheFolder_AreReadAsTheAdapterWould(string encoding, int expected, string code)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "drop"));
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "drop", "towns.csv"), TextEncodings.Big5.Strict.GetBytes("id,name\r\n1,臺北市中正區\r\n2,臺北市大同區\r\n"));
        var yaml = AdapterFolder.Folder.Replace("GB18030", encoding, StringComparison.Ordinal).Replace("delimiter: tab", "delimiter: ','", StringComparison.Ordinal).Replace("headerLine: 4", "headerLine: 1", StringComparison.Ordinal);
        var (exit, output, _) = await EndAsync(Start("zh_CN.UTF-8", "check", _folder.Write("adapter.yaml", yaml)));
        Assert.Equal(expected, exit);
        Assert.Contains("towns.csv", output, StringComparison.Ordinal);
        Assert.Contains(code, output, StringComparison.Ordinal);
        if (code != "encoding_unproven") return;
        var line = output.Split('\n').Single(l => l.Contains("臺北市中正區", StringComparison.Ordinal));
        Assert.Contains(line, l => l is '│' or '|');
        Assert.Contains("big5", output, StringComparison.Ordinal);
        Assert.Contains("gb18030", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ReadableWorkbook_TellsSheetAndRecords()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "drop"));
        var book = new XlsxBook();
        book.Add("名册").Row("标题").Row(SheetFolder.Header).Row(SheetFolder.Person("P1", "张三"));
        await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "drop", "people.xlsx"), book.Write());
        var columns = string.Concat(CsvFolder.Headers.Select(h => $"\n      {h.Key}: {h.Value}"));
        var yaml = AdapterFolder.Folder[..(AdapterFolder.Folder.IndexOf("\nsource:", StringComparison.Ordinal) + 1)] + $"source:\n  excel:\n    folder: drop\n    columns:{columns}\n";
        var (exit, output, errors) = await EndAsync(Start("C.UTF-8", "check", _folder.Write("adapter.yaml", yaml)));
        Assert.Equal("", errors);
        Assert.Equal(0, exit);
        Assert.Contains("people.xlsx: readable (sheet '名册', header down to row 2), 1 records.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PublishingWithoutBus_ExitsWithTwo()
    {
        var (exit, _, errors) = await EndAsync(Start("C.UTF-8", "run", _folder.Write("adapter.yaml", AdapterFolder.Folder)));
        Assert.Equal(2, exit);
        Assert.Contains("bus", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Receiving_LandsRowsAndStopsOnSigterm()
    {
        await using var gateway = await ScriptedGateway.StartAsync();
        await using var department = await DepartmentDatabase.CreateAsync();
        for (var i = 1; i <= 100; i++) gateway.Upsert(new Person($"P{i:0000}", $"人员{i}", i));
        _folder.Write("connection", department.ConnectionString);
        var file = _folder.Write("adapter.yaml", AdapterFolder.Receiving.Replace("http://127.0.0.1:8080", gateway.Address.ToString(), StringComparison.Ordinal));
        using var process = Start("C.UTF-8", "run", file);
        var ended = EndAsync(process);
        await Eventually.TrueAsync(async () => await department.ScalarAsync<string>("SELECT to_regclass('people')::text") is not null
            && await department.ScalarAsync<long>("SELECT count(*) FROM people") == 100);
        await StopAsync(process, ended, "snapshot of 100 rows landed");
    }

    [Fact]
    public async Task Run_PublishingWithoutPlatform_KeepsTryingAndStopsOnSigterm()
    {
        var broker = await RabbitMqServer.SharedAsync();
        _folder.Write("bus", broker.Address);
        var file = _folder.Write("adapter.yaml", AdapterFolder.Publishing.Replace("rabbitMq: amqp://127.0.0.1:5672/", "rabbitMqFile: bus\n  prefix: alone", StringComparison.Ordinal));
        using var process = Start("C.UTF-8", "run", file);
        var output = "";
        process.OutputDataReceived += (_, line) => output += line.Data;
        process.BeginOutputReadLine();
        await Eventually.TrueAsync(() => output.Contains("deadline_exceeded", StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        ProcessSignal.Terminate(process.Id);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task StopAsync(Process process, Task<(int Exit, string Output, string Errors)> ended, string expected)
    {
        ProcessSignal.Terminate(process.Id);
        var (exit, output, _) = await ended.WaitAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(0, exit);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    private static Process Start(string language, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "exchange-adapter.dll"), .. arguments])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["LANG"] = language },
        };
        return Process.Start(start)!;
    }

    private static async Task<(int Exit, string Output, string Errors)> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return (process.ExitCode, await output, await errors);
    }
}
