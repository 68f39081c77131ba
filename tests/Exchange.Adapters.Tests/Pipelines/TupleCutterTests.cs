using System.Buffers;
using Exchange.Adapters.Pipelines;
using Exchange.Records.Rows;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Pipelines;

public sealed class TupleCutterTests
{
    [Fact]
    public void Cut_AnyChunking_GivesTheSameRuns() => Seeds.Run(random =>
    {
        for (var round = 0; round < 300; round++)
        {
            var (fields, file, rows) = RandomFile(random);
            var (maxRows, targetBytes) = (random.Next(1, 20), random.Next(1, 2_000));
            var once = Cut(file, fields, maxRows, targetBytes, _ => file.Length);
            var pieces = Cut(file, fields, maxRows, targetBytes, left => random.Next(1, Math.Min(left, 700) + 1));

            Assert.Equal(once.Select(Convert.ToHexString), pieces.Select(Convert.ToHexString));
            Assert.Equal(Convert.ToHexString([.. rows]), Convert.ToHexString([.. once.SelectMany(r => r)]));
        }
    });

    [Fact]
    public void Cut_EachRun_HoldsWholeTuplesWithinItsLimits() => Seeds.Run(random =>
    {
        var (fields, file, _) = RandomFile(random);
        var cutter = Fill(file, fields, 5, 400, left => left);
        var slices = new FieldSlice[fields];
        while (cutter.TryCut(out var run))
        {
            var reader = new RowReader(run.Body.Span);
            var rows = 0;
            while (reader.ReadRow(slices)) rows++;
            Assert.Null(reader.Fault);
            Assert.Equal(run.Rows, rows);
            Assert.InRange(rows, 1, 5);
        }
    });

    [Fact]
    public void Cut_MutatedFile_FailsOrGivesWholeTuples() => Seeds.Run(random =>
    {
        for (var round = 0; round < 300; round++)
        {
            var (fields, file, _) = RandomFile(random);
            for (var i = random.Next(1, 4); i > 0; i--) file[random.Next(file.Length)] = (byte)random.Next(256);
            var cut = file[..random.Next(file.Length + 1)];
            try
            {
                var cutter = Fill(cut, fields, 10, 500, left => random.Next(1, left + 1));
                var slices = new FieldSlice[fields];
                while (cutter.TryCut(out var run))
                {
                    var reader = new RowReader(run.Body.Span);
                    while (reader.ReadRow(slices))
                    {
                    }

                    Assert.Null(reader.Fault);
                }
            }
            catch (InvalidDataException)
            {
                // The other of the two outcomes.
            }
        }
    });

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(25)]
    public void Filled_FileCutOff_IsNotEnded(int kept)
    {
        var (fields, file, _) = RandomFile(new Random(7));
        Assert.False(Fill(file[..Math.Min(kept, file.Length - 1)], fields, 100, 10_000, left => left).Ended);
        Assert.False(Fill(file[..^1], fields, 100, 100_000, left => left).Ended);
        Assert.True(Fill(file, fields, int.MaxValue, int.MaxValue / 2, left => left).Ended);
    }

    [Fact]
    public void Filled_BytesAfterTheTrailer_Fails()
    {
        var (fields, file, _) = RandomFile(new Random(7));
        Assert.Throws<InvalidDataException>(() => Fill([.. file, 0], fields, int.MaxValue, 1 << 20, left => left));
    }

    [Fact]
    public void Filled_OtherFieldCount_Fails()
    {
        var (fields, file, _) = RandomFile(new Random(7));
        Assert.Throws<InvalidDataException>(() => Fill(file, fields + 1, 100, 100_000, left => left));
    }

    private static List<byte[]> Cut(byte[] file, int fields, int maxRows, int targetBytes, Func<int, int> chunk)
    {
        var cutter = new TupleCutter(fields, maxRows, targetBytes);
        var runs = new List<byte[]>();
        Feed(cutter, file, chunk, () =>
        {
            while (cutter.TryCut(out var run)) runs.Add(run.Body.ToArray());
        });
        Assert.True(cutter.Ended);
        return runs;
    }

    private static TupleCutter Fill(byte[] file, int fields, int maxRows, int targetBytes, Func<int, int> chunk)
    {
        var cutter = new TupleCutter(fields, maxRows, Math.Min(targetBytes, 1 << 20));
        Feed(cutter, file, chunk, () => { });
        return cutter;
    }

    private static void Feed(TupleCutter cutter, byte[] file, Func<int, int> chunk, Action afterEach)
    {
        for (var at = 0; at < file.Length;)
        {
            var space = cutter.Space();
            var length = Math.Min(space.Length, chunk(file.Length - at));
            length = Math.Min(length, file.Length - at);
            file.AsMemory(at, length).CopyTo(space);
            cutter.Filled(length);
            at += length;
            afterEach();
        }
    }

    private static (int Fields, byte[] File, byte[] Rows) RandomFile(Random random)
    {
        var fields = random.Next(1, 6);
        var rows = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(rows);
        for (var i = random.Next(5, 60); i > 0; i--)
        {
            writer.StartRow(fields);
            for (var f = 0; f < fields; f++)
            {
                var value = new byte[random.Next(0, 3) == 0 ? random.Next(0, 1_500) : random.Next(0, 20)];
                random.NextBytes(value);
                if (random.Next(5) == 0) writer.WriteNull();
                else writer.WriteRaw(value);
            }
        }

        return (fields, [.. CopyFrame.Header.Span, .. rows.WrittenSpan, .. CopyFrame.Trailer.Span], rows.WrittenSpan.ToArray());
    }
}
