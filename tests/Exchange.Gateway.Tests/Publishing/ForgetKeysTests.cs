using Exchange.Gateway.Publishing;
using Exchange.Gateway.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Exchange.Gateway.Tests.Publishing;

[Trait("Cost", "Servers")]
public sealed class ForgetKeysTests
{
    [Fact]
    public async Task RunOnce_ExpiredAndValidKeys_ForgetsABoundedNumberOfTheExpiredOnes()
    {
        await using var node = await Node.StartAsync();
        await node.Database.ExecuteAsync("""
            INSERT INTO delivery.publication (publication_id, participant_id, idempotency_key, request_hash, resource_id, fingerprint, batches, created_at, expires_at)
            SELECT gen_random_uuid(), gen_random_uuid(), 'k' || n, '', gen_random_uuid(), '', 1, now() - interval '2 days', now() + CASE WHEN n <= 1200 THEN -1 ELSE 1 END * interval '1 hour'
            FROM generate_series(1, 1205) n
            """);
        var forget = node.Services.GetServices<IHostedService>().OfType<ForgetKeys>().Single();

        var forgotten = new[] { await forget.RunOnceAsync(CancellationToken.None), await forget.RunOnceAsync(CancellationToken.None), await forget.RunOnceAsync(CancellationToken.None) };

        Assert.Equal([1000, 200, 0], forgotten);
        Assert.Equal(5L, await node.Database.ScalarAsync<long>("SELECT count(*) FROM delivery.publication"));
    }
}
