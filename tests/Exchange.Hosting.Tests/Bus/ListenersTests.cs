using Exchange.Hosting.Bus;

namespace Exchange.Hosting.Tests.Bus;

public sealed class ListenersTests
{
    [Fact]
    public async Task Dispose_ListenersThatAreReady_EndsEachOnce()
    {
        Listener[] listeners = [new(), new()];
        await using (var together = new Listeners())
        {
            foreach (var listener in listeners) await together.AddAsync(Task.FromResult<IAsyncDisposable>(listener));
            Assert.All(listeners, l => Assert.Equal(0, l.Ended));
        }

        Assert.All(listeners, l => Assert.Equal(1, l.Ended));
    }

    [Fact]
    public async Task Add_ReadyAfterTheEnd_IsEndedAtOnce()
    {
        var starting = new TaskCompletionSource<IAsyncDisposable>();
        var late = new Listener();
        var together = new Listeners();
        var adding = together.AddAsync(starting.Task);
        await together.DisposeAsync();
        starting.SetResult(late);
        await adding;

        Assert.Equal(1, late.Ended);
    }

    [Fact]
    public async Task Add_OneThatCannotStart_Fails()
    {
        await using var together = new Listeners();

        await Assert.ThrowsAsync<TimeoutException>(() => together.AddAsync(Task.FromException<IAsyncDisposable>(new TimeoutException())));
    }

    private sealed class Listener : IAsyncDisposable
    {
        public int Ended { get; private set; }

        public ValueTask DisposeAsync()
        {
            Ended++;
            return ValueTask.CompletedTask;
        }
    }
}
