using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Testing;
using NpgsqlTypes;
using Xunit;
using static Exchange.Adapters.Tests.Sources.Postgres.Capture.CapturedItems;
using static Exchange.Adapters.Tests.Sources.Postgres.Capture.PgOutputWriter;

namespace Exchange.Adapters.Tests.Sources.Postgres.Capture;

public sealed class ResyncTests
{
    /// <summary>
    /// A source whose transactions become visible some time after they are in the log, in any order. Whatever the interleaving of log, visibility and chunks, each key only
    /// ever moves forward, and at the end of the snapshot the store is the source at the stream's place.
    /// </summary>
    [Fact]
    public void Resync_RandomHistories_NeverGoBackAndEndInTheSourcesRows() => Seeds.Run(random =>
    {
        for (var round = 0; round < 300; round++) new Play(random).Run();
    });

    [Fact]
    public void WasInVain_SameFormAgain_UntilAFormFits()
    {
        var resync = new Resync(CapturePosition.Start with { Lsn = "0/0" }, default);
        Assert.False(resync.WasInVain(1, "one"));
        resync.Require(1, "one", default);
        Assert.True(resync.WasInVain(1, "one"));
        Assert.False(resync.WasInVain(1, "another"));
        resync.FormFits(2);
        Assert.True(resync.WasInVain(1, "one"));
        resync.FormFits(1);
        Assert.False(resync.WasInVain(1, "one"));
    }

    private sealed class Play(Random random)
    {
        private const int Keys = 12;
        private readonly List<(uint Id, int Key, int Version, bool Gone)> _log = [];
        private readonly HashSet<uint> _visible = [];
        private readonly ChangeBuffer _buffer = Buffer();
        private readonly Resync _resync = new(CapturePosition.Start with { Lsn = "0/0", Resync = ResyncPosition.Begun }, default);
        private readonly SortedDictionary<string, string> _store = new(StringComparer.Ordinal);
        private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
        private readonly int[] _sent = new int[Keys];
        private int _read;
        private int _version;

        public void Run()
        {
            for (var key = 0; key < Keys; key++)
                if (random.Next(2) == 0) Commit(key);
            foreach (var transaction in _log) _visible.Add(transaction.Id);
            _read = _log.Count;
            foreach (var key in new[] { "k00", "k05", "zz" }) _store[key] = "9999|∅";
            var left = 60;
            while (_resync.IsRunning)
            {
                if (left > 0 && random.Next(3) == 0)
                {
                    Commit(random.Next(Keys));
                    left--;
                }

                if (random.Next(3) == 0) Show();
                if (random.Next(2) == 0) Step();
                else Read();
            }

            while (_read < _log.Count) Read();
            Assert.Equal(Source(t => true), _store);
        }

        private void Commit(int key) => _log.Add(((uint)_log.Count + 1, key, ++_version, random.Next(4) == 0));

        /// <summary>One transaction becomes visible; those of one key in their order, for a later one waits for the earlier one's lock.</summary>
        private void Show()
        {
            var hidden = _log.Where(t => !_visible.Contains(t.Id)).GroupBy(t => t.Key).Select(g => g.First()).ToList();
            if (hidden.Count > 0) _visible.Add(hidden[random.Next(hidden.Count)].Id);
        }

        private void Read()
        {
            if (_read == _log.Count) return;
            var transaction = _log[_read++];
            _resync.TransactionBegun(transaction.Id);
            Assert.True(transaction.Version > _sent[transaction.Key], "A change is older than what was sent.");
            _sent[transaction.Key] = transaction.Version;
            Write(_buffer, transaction, isChange: true);
            _resync.Changed(_buffer, 0);
            var code = Code(transaction.Key);
            _seen.Add(code);
            Apply(_buffer.Take(), _store);
        }

        private void Step()
        {
            if (_resync.Pending is not { } chunk)
            {
                if (!_resync.Unseen.All(_visible.Contains)) return;
                _resync.Wait(ReadChunk());
                return;
            }

            if ((ulong)_read < (ulong)chunk.Until) return;
            _resync.Sent(chunk);
            var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
            ApplyRows(chunk.Rows, rows);
            foreach (var (code, row) in rows)
            {
                var (key, version) = (int.Parse(code[1..], null), int.Parse(row.Split('|')[0], null));
                Assert.True(version >= _sent[key], "A row of a chunk is older than what was sent.");
                _sent[key] = version;
                _seen.Add(code);
                _store[code] = row;
            }

            if (!chunk.IsLast) return;
            _resync.End();
            foreach (var gone in _store.Keys.Where(k => !_seen.Contains(k)).ToList()) _store.Remove(gone);
        }

        private Chunk ReadChunk()
        {
            var after = _resync.Position!.After;
            var rows = Source(t => _visible.Contains(t.Id)).Where(r => after.Count == 0 || string.CompareOrdinal(r.Key, after[0]) > 0).Take(3).ToList();
            var buffer = Buffer(0);
            foreach (var (code, row) in rows)
            {
                buffer.Begin(default);
                buffer.Add(Bytes(code));
                buffer.Add([0, 0, 0, 0, .. BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(int.Parse(row.Split('|')[0], null)))]);
                buffer.AddNull();
                buffer.End(isComplete: true);
            }

            // The snapshot knows the running ones as those of the log that are not visible; the log's end covers all that it sees.
            var running = _log.Where(t => !_visible.Contains(t.Id)).Select(t => t.Id);
            var snapshot = SourceSnapshot.Parse($"1:{_log.Count + 1}:{string.Join(',', running)}");
            return new Chunk(buffer, snapshot, new NpgsqlLogSequenceNumber((ulong)_log.Count), rows.Count == 0 ? after : [rows[^1].Key], rows.Count < 3);
        }

        private SortedDictionary<string, string> Source(Func<(uint Id, int Key, int Version, bool Gone), bool> sees)
        {
            var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var transaction in _log.Where(sees))
            {
                if (transaction.Gone) rows.Remove(Code(transaction.Key));
                else rows[Code(transaction.Key)] = $"{transaction.Version}|∅";
            }

            return rows;
        }

        private static void Write(ChangeBuffer buffer, (uint Id, int Key, int Version, bool Gone) transaction, bool isChange)
        {
            buffer.Begin(transaction.Gone ? "D"u8 : "U"u8);
            buffer.Add(Bytes(Code(transaction.Key)));
            if (transaction.Gone) buffer.AddNull();
            else buffer.Add([0, 0, 0, 0, .. BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder(transaction.Version))]);
            buffer.AddNull();
            buffer.End(isComplete: isChange);
        }

        private static void ApplyRows(ChangeBuffer rows, SortedDictionary<string, string> into)
        {
            var run = rows.Take();
            var slices = new Exchange.Records.Rows.FieldSlice[3];
            var reader = new Exchange.Records.Rows.RowReader(run.Body.Span);
            while (reader.ReadRow(slices))
                into[Exchange.Records.Rows.RowValue.Text(reader.Bytes(slices[0]))] = $"{Exchange.Records.Rows.RowValue.Int64(reader.Bytes(slices[1]))}|∅";
        }

        private static string Code(int key) => $"k{key:00}";
    }
}
