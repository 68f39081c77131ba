using System.Globalization;
using System.Text;
using Exchange.Adapters.Pipelines;
using Exchange.Adapters.Sources.Files;
using Exchange.Adapters.Tests.Support;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Records;
using Xunit;

namespace Exchange.Adapters.Tests.Sources.Files;

/// <summary>Folders that hold what nobody meant to publish, or that change under the reader's hands.</summary>
public sealed class FolderSafetyTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_LineLongerThanAnyRecord_IsRefusedWithoutReadingOn()
    {
        var path = Path.Combine(_folder.Path, "long.csv");
        await File.WriteAllTextAsync(path, CsvFolder.Header + CsvFolder.Line("P1", "张三"));
        // Ten gigabytes without a line end; the file takes no room on the disk.
        await using (var file = new FileStream(path, FileMode.Open)) file.SetLength(10L << 30);
        var before = GC.GetTotalAllocatedBytes();
        var problem = (await FolderReading.OfAsync(_folder.Model with { Encoding = TextEncodings.Utf8 })).Problem;
        Assert.Equal((ErrorCodes.CsvMalformed, "3"), (problem?.Code, problem?.Data["line"]));
        // Of the whole process, in which other tests allocate as well: a tenth of what the line would take.
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1L << 30);
    }

    [Fact]
    public async Task Read_RecordInQuotesWithoutEnd_IsRefusedAtItsLine()
    {
        var text = new StringBuilder(CsvFolder.Header).Append(CsvFolder.Line("P1", "张三")).Append("P2,\"");
        for (var i = 0; i < 300_000; i++) text.Append("一行又一行，没有引号结束这一格，所以这条记录没有尽头。\n一行又一行，没有引号结束这一格，所以这条记录没有尽头。\n");
        _folder.Drop("a.csv", text.ToString());
        var problem = (await FolderReading.OfAsync(_folder.Model)).Problem;
        Assert.Equal((ErrorCodes.CsvMalformed, "3"), (problem?.Code, problem?.Data["line"]));
    }

    [Theory]
    [InlineData("bad\nname.csv")]
    [InlineData("bad\u001b[2Jname.csv")]
    public async Task Read_NameWithControlCharacters_IsLeftAlone(string name)
    {
        File.WriteAllText(Path.Combine(_folder.Path, name), CsvFolder.Header + CsvFolder.Line("P9", "孙九"));
        _folder.Drop("good.csv", CsvFolder.Header + CsvFolder.Line("P1", "张三"));
        var reading = await FolderReading.OfAsync(_folder.Model with { Encoding = TextEncodings.Utf8 });
        Assert.Equal("P1", Assert.Single(reading.Rows)[0]);
    }

    [Fact]
    public void Open_PathOutsideTheFolder_CannotBeNamed()
    {
        var outside = Directory.CreateTempSubdirectory("exchange-outside-");
        File.WriteAllText(Path.Combine(outside.FullName, "a.csv"), CsvFolder.Header);
        var model = _folder.Model.Folder with { Pattern = $"../{outside.Name}/a.csv;../*;*/a.csv" };
        Directory.CreateDirectory(Path.Combine(_folder.Path, "inner"));
        File.WriteAllText(Path.Combine(_folder.Path, "inner", "a.csv"), CsvFolder.Header);
        using var watched = new WatchedFolder(model, TimeProvider.System, new TestLog());
        Assert.Empty(watched.Look());
        outside.Delete(recursive: true);
    }

    [Fact]
    public async Task Read_LinkSwappedInAfterTheLook_IsNotFollowed()
    {
        var path = _folder.Drop("a.csv", CsvFolder.Header + CsvFolder.Line("P1", "张三"));
        var secret = Path.Combine(Path.GetTempPath(), $"exchange-secret-{Guid.CreateVersion7():N}.csv");
        await File.WriteAllTextAsync(secret, CsvFolder.Header + CsvFolder.Line("P9", "机密"));
        var format = new Swapping(new CsvFormat(_folder.Model, TestSchemas.PeopleSchema), () =>
        {
            File.Delete(path);
            File.CreateSymbolicLink(path, secret);
        });
        var rows = await RoundAsync(format);
        Assert.DoesNotContain("机密", rows, StringComparison.Ordinal);
        Assert.Null(RegularFile.TryOpen(path));
        File.Delete(secret);
    }

    [Fact]
    public async Task Read_FileDeletedWhileItIsRead_IsPublishedFromTheOpenFile()
    {
        var path = _folder.Drop("a.csv", CsvFolder.Header + CsvFolder.Line("P1", "张三"));
        var rows = await RoundAsync(new Swapping(new CsvFormat(_folder.Model with { Encoding = TextEncodings.Utf8 }, TestSchemas.PeopleSchema), () => File.Delete(path)));
        // The name is gone, which changes the inode: without its end, the snapshot deletes nothing.
        Assert.Equal("SnapshotStart Rows", rows);
    }

    [Fact]
    public async Task Read_FileCutWhileItIsRead_NeverEndsItsSnapshot()
    {
        var path = _folder.Drop("a.csv", CsvFolder.Header + string.Concat(Enumerable.Range(0, 20_000).Select(i => CsvFolder.Line($"P{i}", "张三"))));
        var rows = await RoundAsync(new Swapping(new CsvFormat(_folder.Model with { Encoding = TextEncodings.Utf8 }, TestSchemas.PeopleSchema), () =>
        {
            using var file = new FileStream(path, FileMode.Open);
            file.SetLength(200_000);
        }));
        Assert.DoesNotContain("SnapshotEnd", rows, StringComparison.Ordinal);
    }

    [Fact]
    public void Look_VeryManyFiles_ConsidersTheNewest()
    {
        for (var i = 0; i < 3000; i++) File.WriteAllText(Path.Combine(_folder.Path, string.Create(CultureInfo.InvariantCulture, $"{i:0000}.csv")), "x");
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, "0007.csv"), DateTime.UnixEpoch.AddYears(90));
        using var watched = new WatchedFolder(_folder.Model.Folder, TimeProvider.System, new TestLog());
        var ready = watched.Look();
        Assert.Equal(WatchedFolder.Considered, ready.Count);
        Assert.Equal("0007.csv", ready[^1].Name);
    }

    [Fact]
    public async Task Read_FileThatMayNotBeRead_IsLeftAlone()
    {
        Assert.SkipWhen(Environment.UserName == "root", "root may read everything.");
        File.SetUnixFileMode(_folder.Drop("a.csv", CsvFolder.Header), UnixFileMode.None);
        var reading = await FolderReading.OfAsync(_folder.Model);
        Assert.Equal((null, 0), (reading.Problem, reading.Rows.Count));
    }

    /// <summary>One round of the source, as the kinds of its batches.</summary>
    private async Task<string> RoundAsync(IFileFormat format)
    {
        await using var source = new FolderSource(
            _folder.Model.Folder, format, new SourceContext("files", TestSchemas.PeopleSchema, new(2_000, 40, 4), TimeProvider.System, new TestLog()));
        var kinds = new List<string>();
        await foreach (var item in source.ReadAsync(default, CancellationToken.None))
        {
            if (item is SourceIdle) break;
            if (item is SourceBatch batch) kinds.Add(batch.Kind == BatchKind.Rows ? $"Rows{(Encoding.UTF8.GetString(batch.Body.Span).Contains("机密", StringComparison.Ordinal) ? "机密" : "")}" : batch.Kind.ToString());
        }

        return string.Join(' ', kinds);
    }

    /// <summary>Does something to the folder once the file is examined.</summary>
    private sealed class Swapping(IFileFormat format, Action swap) : IFileFormat, IFileExamination
    {
        private readonly IFileExamination _examination = format.Examine();

        public IFileExamination Examine() => this;

        public Error? Add(ReadOnlySpan<byte> bytes) => _examination.Add(bytes);

        public Result<FileRecords> Open(FileStream file, CancellationToken cancellation)
        {
            var opened = _examination.Open(file, cancellation);
            swap();
            return opened;
        }
    }
}
