using Exchange.Gateway.Publishing;
using Exchange.Testing;

namespace Exchange.Gateway.Tests.Publishing;

public sealed class BodySpoolTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("spool-");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(BodySpool.BlockBytes)]
    [InlineData(16 * BodySpool.BlockBytes)]
    [InlineData((16 * BodySpool.BlockBytes) + 1)]
    [InlineData((19 * BodySpool.BlockBytes) + 4711)]
    [InlineData(20 * BodySpool.BlockBytes)]
    public void OpenRead_BodyOfAnySize_GivesItTwice(int length) => Seeds.Run(random =>
    {
        var body = new byte[length];
        random.NextBytes(body);
        using var spool = new BodySpool(_folder.FullName);
        for (var at = 0; at < length;)
        {
            var taken = Math.Min(random.Next(1, 100_000), length - at);
            spool.Write(body.AsSpan(at, taken));
            at += taken;
        }

        Assert.Equal(length, spool.Length);
        for (var time = 0; time < 2; time++)
        {
            using var read = new MemoryStream();
            using var text = spool.OpenRead();
            text.CopyTo(read);
            Assert.Equal(body, read.ToArray());
        }
    });

    [Fact]
    public void Write_LargeBody_LeavesNoFileAndNothingReadable()
    {
        using var spool = new BodySpool(_folder.FullName);
        var secret = new byte[40 * BodySpool.BlockBytes];
        "身份证号330102"u8.CopyTo(secret.AsSpan(30 * BodySpool.BlockBytes));
        spool.Write(secret);

        Assert.Empty(_folder.GetFiles());
        var opened = Directory.GetFiles("/proc/self/fd").Select(f => (Path: f, Target: new FileInfo(f).LinkTarget ?? "")).Single(f => f.Target.StartsWith(_folder.FullName, StringComparison.Ordinal));
        Assert.EndsWith("(deleted)", opened.Target, StringComparison.Ordinal);
        Assert.Equal(-1, File.ReadAllBytes(opened.Path).AsSpan().IndexOf("330102"u8));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
