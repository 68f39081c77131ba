using Exchange.Gateway.Authentication;
using Exchange.Testing;

namespace Exchange.Gateway.Tests.Authentication;

public sealed class LoginBrakeTests
{
    [Fact]
    public void Wait_AfterManyFailures_DoublesUpToAMinuteAndPasses()
    {
        var time = new ManualTimeProvider();
        var brake = new LoginBrake(time);
        for (var i = 0; i < LoginBrake.FreeFailures; i++)
        {
            Assert.Equal(TimeSpan.Zero, brake.Wait("a", "here"));
            brake.Failed("a", "here");
        }

        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), brake.Wait("a", "here"));
            time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(TimeSpan.Zero, brake.Wait("a", "here"));
            brake.Failed("a", "here");
        }

        Assert.Equal(TimeSpan.Zero, brake.Wait("a", "elsewhere"));
        Assert.Equal(TimeSpan.Zero, brake.Wait("b", "here"));
        brake.Succeeded("a", "here");
        Assert.Equal(TimeSpan.Zero, brake.Wait("a", "here"));
    }
}
