using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Testing;
using Xunit;
using static Exchange.Adapters.Tests.Sources.Postgres.Capture.CapturedItems;
using static Exchange.Adapters.Tests.Sources.Postgres.Capture.PgOutputWriter;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

public sealed class ChangeReaderTests
{
    [Fact]
    public void Read_RandomHistories_EndInTheTablesRowsWhereverTheyAreCutAndResumed() => Seeds.Run(random =>
    {
        for (var round = 0; round < 200; round++)
        {
            var table = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var log = History(random, table);
            var store = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var (from, ordinal) = (0UL, 0L);
            while (true)
            {
                // One life of the adapter: it reads from its place, sends now and then, and is killed somewhere.
                var buffer = Buffer();
                var reader = Reader(buffer, from, ordinal);
                Feed(reader, Described());
                var life = random.Next(1, 40);
                var ended = true;
                foreach (var (commit, message) in log.Where(m => m.Commit >= from))
                {
                    if (life-- == 0)
                    {
                        ended = false;
                        break;
                    }

                    if (Feed(reader, message) == Arrival.Truncated)
                    {
                        buffer.Clear();
                        store.Clear();
                    }
                    else if (random.Next(3) > 0 || (buffer.IsEmpty && reader.InTransaction))
                    {
                        continue;
                    }

                    Apply(buffer.Take(), store);
                    (from, ordinal) = ((ulong)reader.At, reader.Ordinal);
                }

                if (!ended) continue;
                Apply(buffer.Take(), store);
                break;
            }

            Assert.Equal(table, store);
        }
    });

    [Fact]
    public void Read_CutOffMessages_AreRefusedAsBroken()
    {
        byte[][] messages =
        [
            Begin(1, 7), Commit(1, 2), Described(), Insert(null, Int16(1), Bytes("a")), Update([null, null, Bytes("a")], Bytes("x"), Int16(1), Bytes("b")), Delete(null, null, Bytes("a")),
        ];
        foreach (var message in messages)
        {
            for (var length = 0; length < message.Length; length++)
            {
                var reader = Reader(Buffer());
                Feed(reader, Described());
                Feed(reader, Begin(1, 7));
                Assert.Throws<InvalidDataException>(() => Feed(reader, message[..length]));
            }
        }
    }

    [Fact]
    public void Read_ColumnGoneOrRetyped_IsAMisfitThatNamesIt()
    {
        var reader = Reader(Buffer());
        Feed(reader, Describe(("n", 25), ("code", 25)));
        Feed(reader, Begin(1, 7));
        Assert.Equal(Arrival.Misfit, Feed(reader, Insert(Bytes("1"), Bytes("a"))));
        Assert.Contains("note is gone", reader.Misfit!.ToString(), StringComparison.Ordinal);
        Assert.Contains("n is text", reader.Misfit.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LargeValueLeftUnchanged_AsksForTheRow()
    {
        var buffer = Buffer();
        var reader = Reader(buffer);
        Feed(reader, Described());
        Feed(reader, Begin(1, 7));
        Feed(reader, Update(null, [], Int16(1), Bytes("a")));
        Feed(reader, Update(null, [], Int16(1), Bytes("b")));
        Feed(reader, Update(null, Bytes("x"), Int16(1), Bytes("b")));
        Assert.True(buffer.HasIncomplete);
        Assert.Equal("a", System.Text.Encoding.UTF8.GetString(Assert.Single(buffer.TakeIncomplete())[0].Span));
        Assert.Equal(1, buffer.Take().Rows);
    }

    /// <summary>Transactions of any kind; the table gets what they do.</summary>
    private static List<(ulong Commit, byte[] Message)> History(Random random, SortedDictionary<string, string> table)
    {
        var log = new List<(ulong, byte[])>();
        for (var transaction = 1; transaction <= 12; transaction++)
        {
            var commit = (ulong)transaction * 1000;
            log.Add((commit, Begin(commit, (uint)transaction)));
            for (var change = random.Next(1, 9); change > 0; change--) log.Add((commit, RandomChange(random, table)));
            log.Add((commit, Commit(commit, commit + 50)));
        }

        return log;
    }

    private static byte[] RandomChange(Random random, SortedDictionary<string, string> table)
    {
        var (code, other, n) = ($"k{random.Next(8)}", $"k{random.Next(8)}", (short)random.Next(-5, 5));
        var note = random.Next(3) == 0 ? null : $"注{random.Next(100)}";
        var values = new[] { note is null ? null : Bytes(note), Int16(n), Bytes(code) };
        var row = $"{n}|{note ?? "∅"}";
        if (random.Next(30) == 0)
        {
            table.Clear();
            return Truncate();
        }

        if (!table.ContainsKey(code))
        {
            table[code] = row;
            return Insert(values);
        }

        if (random.Next(3) == 0)
        {
            table.Remove(code);
            return Delete(null, null, Bytes(code));
        }

        if (random.Next(3) == 0 && !table.ContainsKey(other))
        {
            table.Remove(code);
            table[other] = row;
            return Update([null, null, Bytes(code)], values[0], values[1], Bytes(other));
        }

        table[code] = row;
        return Update(null, values);
    }
}
