using System.Globalization;
using System.Text.Json;
using Exchange.Benchmarks.Data;
using Exchange.Benchmarks.Load;

namespace Exchange.Benchmarks.Platform;

/// <summary>A resource whose changes are published again and again while subscribers follow it. Of each snapshot every fifth row has changed.</summary>
internal sealed class FollowedResource
{
    private const string Changing = "WHERE abs(hashtext(uscc)) % 5 = 0";
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan EndDeadline = TimeSpan.FromMinutes(15);

    private readonly Workbench _bench;
    private readonly ExchangePlatform _exchange;
    private readonly Publication _publication;
    private int _granted;

    private FollowedResource(Workbench bench, ExchangePlatform exchange, Publication publication) => (_bench, _exchange, _publication) = (bench, exchange, publication);

    private string Name => _publication.Resource;

    public int Rows => _publication.Rows;

    /// <summary>Rows that change each time.</summary>
    public int Changes { get; private init; }

    /// <param name="rows">Rows of the table that is followed.</param>
    public static async Task<FollowedResource> PublishAsync(Workbench bench, int rows, CancellationToken cancellation)
    {
        var exchange = await bench.ExchangeAsync(cancellation);
        var source = await bench.SourceAsync(cancellation);
        var name = string.Create(CultureInfo.InvariantCulture, $"followed_{rows}");
        await EnterpriseTable.FillAsync(source.Database, name, rows, cancellation);
        await exchange.GrantAsync(name, cancellation);
        var publication = new Publication(source, name, name, rows);
        await exchange.Adapters.PublishAsync(publication, cancellation);
        await using var count = source.Database.CreateCommand($"SELECT count(*) FROM {name} {Changing}");
        return new FollowedResource(bench, exchange, publication) { Changes = (int)(long)(await count.ExecuteScalarAsync(cancellation))! };
    }

    /// <summary>Changes every fifth row at the source, then publishes the table.</summary>
    /// <returns>Rows of the table per second, until the end of the snapshot is committed.</returns>
    public async Task<double> PublishChangesAsync(CancellationToken cancellation)
    {
        await EnterpriseTable.ExecuteAsync(
            _publication.Source.Database,
            $"UPDATE {Name} SET status = status % 4 + 1, updated_at = updated_at + interval '1 second' {Changing}", cancellation);
        await _exchange.Platform.SettleAsync(cancellation);
        var elapsed = await _exchange.Adapters.PublishAsync(_publication, cancellation);
        return Rows / elapsed.TotalSeconds;
    }

    /// <summary>The same while so many subscribers, each with a grant of its own, wait for changes and take them.</summary>
    /// <returns>Rows published per second; and what the subscribers had, all of them every change.</returns>
    public async Task<(double Rate, FollowResult Had)> PublishChangesAsync(int subscribers, CancellationToken cancellation)
    {
        for (; _granted < subscribers; _granted++) await _exchange.Bureau.GrantAsync(Name, Purpose(_granted), cancellation);
        var plan = new FollowPlan(
            _exchange.Consumer.Address, await _exchange.Consumer.TokenAsync(cancellation), Name, [.. Enumerable.Range(0, subscribers).Select(Purpose)], Changes,
            EnterpriseTable.GrantedFields.Length);
        var file = Path.Combine(_bench.Folder, "follow.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(plan), cancellation);
        await using var followers = await ChildProcess.StartAsync(ChildProcess.OfThisProgram("follow", file));
        var first = await followers.FirstLine.WaitAsync(ReadyDeadline, cancellation);
        if (first != Followers.Ready) throw new BenchException($"The subscribers did not open: {followers.Tail}");
        var rate = await PublishChangesAsync(cancellation);
        await followers.EndAsync(EndDeadline, cancellation);
        return (rate, JsonSerializer.Deserialize<FollowResult>(followers.Tail.TrimEnd().Split('\n')[^1])!);
    }

    private static string Purpose(int subscriber) => string.Create(CultureInfo.InvariantCulture, $"follow-{subscriber}");
}
