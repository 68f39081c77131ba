using Exchange.Hosting.Bus.RabbitMq;
using Exchange.Testing;

namespace Exchange.Hosting.Tests.Bus;

public sealed class QueueFailuresTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly QueueFailures _failures;

    public QueueFailuresTests() => _failures = new QueueFailures(_time);

    [Fact]
    public void Add_ForFourSeconds_SaysDeadAfterThem()
    {
        for (var n = 0; n < 5; n++)
        {
            Assert.False(_failures.SayDead);
            _failures.Add();
            _time.Advance(Second);
        }

        Assert.True(_failures.SayDead);
    }

    [Fact]
    public void Add_BrokerWasAwayBetween_BeginsAnew()
    {
        Fail(3);
        _time.Advance(QueueFailures.LongestPause + Second);
        Assert.False(_failures.SayDead);
        Fail(3);
        Assert.False(_failures.SayDead);
        Fail(3);
        Assert.True(_failures.SayDead);
    }

    [Fact]
    public void Add_TwoFailuresFarApart_AreNotEnough()
    {
        _failures.Add();
        _time.Advance(QueueFailures.LongestPause);
        _failures.Add();
        _time.Advance(QueueFailures.LongestPause);
        Assert.False(_failures.SayDead);
    }

    [Fact]
    public void Forget_AfterASession_BeginsAnew()
    {
        Fail(5);
        _failures.Forget();
        Assert.False(_failures.SayDead);
    }

    private void Fail(int times)
    {
        for (var n = 0; n < times; n++)
        {
            _failures.Add();
            _time.Advance(Second);
        }
    }
}
