using System.Buffers;
using Exchange.Records.Formats;
using Exchange.Records.Rows;

namespace Exchange.Records.Tests.Rows;

public sealed class TupleStreamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20261)]
    [InlineData(98765)]
    public async Task ReadAsync_InAnyPieces_GivesTheSameTuples(int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 100; run++)
        {
            var (file, expected) = File(random, random.Next(0, 60));
            using var tuples = new TupleStream(new Pieces(file, random), fields: 2);
            var seen = new List<string>();
            while (!tuples.Ended)
            {
                Take(tuples, seen);
                if (!tuples.Ended) await tuples.ReadAsync(CancellationToken.None);
            }

            Assert.Equal(expected, seen);
        }
    }

    [Fact]
    public async Task ReadAsync_CutShort_IsAnErrorAndNeverAnEnd()
    {
        var (file, _) = File(new Random(1), 20);
        foreach (var length in Enumerable.Range(0, 200).Concat(Enumerable.Range(0, 100).Select(i => (int)((file.Length - 1) * (i / 99.0)))))
        {
            using var tuples = new TupleStream(new MemoryStream(file, 0, length), fields: 2);
            await Assert.ThrowsAsync<EndOfStreamException>(async () =>
            {
                while (!tuples.Ended)
                {
                    Take(tuples, []);
                    if (!tuples.Ended) await tuples.ReadAsync(CancellationToken.None);
                }
            });
        }
    }

    private static void Take(TupleStream tuples, List<string> seen)
    {
        Span<FieldSlice> places = stackalloc FieldSlice[2];
        while (tuples.TryNext(places, out var tuple))
            seen.Add($"{RowValue.Int64(tuple.Slice(places[0].Offset, 8))}:{(places[1].IsNull ? "null" : RowValue.Text(tuple.Slice(places[1].Offset, places[1].Length)))}");
    }

    private static (byte[] File, List<string> Expected) File(Random random, int rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var copy = new CopyRowsWriter();
        copy.WriteHeader(buffer);
        var writer = new RowWriter(buffer);
        var expected = new List<string>();
        for (var i = 0; i < rows; i++)
        {
            writer.StartRow(2);
            writer.WriteInt64(i);
            var text = random.Next(4) == 0 ? null : new string('x', random.Next(3) == 0 ? random.Next(200_000) : random.Next(30));
            if (text is null) writer.WriteNull();
            else writer.WriteText(text);
            expected.Add($"{i}:{text ?? "null"}");
        }

        copy.WriteTrailer(buffer);
        return (buffer.WrittenSpan.ToArray(), expected);
    }

    private sealed class Pieces(byte[] file, Random random) : MemoryStream(file)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, random.Next(4) == 0 ? random.Next(1, 4) : random.Next(1, 100_000))], cancellationToken);
    }
}
