using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Records;
using Exchange.Testing;
using Xunit;

namespace Exchange.Adapters.Tests.Pipelines;

public sealed class BatchWindowTests
{
    [Fact]
    public void TakeUnsent_AnyHistory_HandsOverEverySequenceInOrder() => Seeds.Run(random =>
    {
        for (var round = 0; round < 200; round++)
        {
            var first = random.Next(1, 100);
            var window = new BatchWindow(5, first);
            var (added, sent, committed) = (first - 1L, first - 1L, first - 1L);
            for (var step = 0; step < 100; step++)
            {
                switch (random.Next(4))
                {
                    case 0 when window.HasSpace:
                        window.Add(Batch(++added));
                        break;
                    case 1 when window.TakeUnsent() is { } batch:
                        Assert.Equal(++sent, batch.Header.Sequence);
                        break;
                    case 2:
                        var upTo = committed + random.Next(0, 4);
                        var done = window.Commit(upTo);
                        Assert.Equal(Enumerable.Range(0, done.Count).Select(i => committed + 1 + i), done.Select(b => b.Header.Sequence));
                        committed += done.Count;
                        sent = Math.Max(sent, committed);
                        break;
                    case 3:
                        var to = random.NextInt64(first - 1, added + 3);
                        var inside = to > committed && to <= added + 1;
                        Assert.Equal(inside, window.Rewind(to));
                        if (inside) sent = Math.Min(sent, to - 1);
                        break;
                }

                Assert.Equal((committed, added + 1, added == committed), (window.Committed, window.NextSequence, window.IsEmpty));
                Assert.InRange(added - committed, 0, 5);
            }
        }
    });

    [Fact]
    public void TakeUnsent_Paused_HandsOverNothing()
    {
        var window = new BatchWindow(5, 1);
        window.Add(Batch(1));
        window.Pause(true);
        Assert.Null(window.TakeUnsent());
        window.Pause(false);
        Assert.NotNull(window.TakeUnsent());
    }

    private static RecordBatch Batch(long sequence) =>
        new(new BatchHeader(default, new ResourceId(default), 0, 1, sequence, BatchKind.Rows, "", "", 0, ""), default);
}
