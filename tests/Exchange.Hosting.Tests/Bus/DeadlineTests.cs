using Exchange.Hosting.Bus.Control;

namespace Exchange.Hosting.Tests.Bus;

/// <summary>A library that blocks where it should not must not block whoever waits for it.</summary>
public sealed class DeadlineTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ManualResetEventSlim _end = new();

    public void Dispose()
    {
        _end.Set();
        _end.Dispose();
    }

    [Fact]
    public async Task Wait_AnswerInTime_IsReturned()
    {
        using var deadline = new Deadline(Patience, TimeProvider.System, CancellationToken.None);

        Assert.Equal(42, await deadline.WaitAsync(_ => Task.FromResult(42)));
    }

    [Fact]
    public async Task Wait_CallFails_WithItsOwnException()
    {
        using var deadline = new Deadline(Patience, TimeProvider.System, CancellationToken.None);

        await Assert.ThrowsAsync<InvalidDataException>(() => deadline.WaitAsync<int>(_ => throw new InvalidDataException()));
    }

    [Fact]
    public async Task Wait_CallBlocksItsThread_EndsAtTheDeadline()
    {
        using var deadline = new Deadline(Short, TimeProvider.System, CancellationToken.None);
        using var ended = new ManualResetEventSlim();

        var waiting = deadline.WaitAsync(_ =>
        {
            _end.Wait(CancellationToken.None);
            ended.Set();
            return Task.FromResult(0);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        _end.Set();
        Assert.True(ended.Wait(Patience));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wait_WhatIsToldOfTheEndBlocks_EndsAllTheSame(bool byCancellation)
    {
        using var stop = new CancellationTokenSource();
        var deadline = new Deadline(byCancellation ? Patience : Short, TimeProvider.System, stop.Token);
        using var told = new ManualResetEventSlim();
        using var left = new ManualResetEventSlim();
        var waiting = deadline.WaitAsync(token =>
        {
            token.Register(() =>
            {
                told.Set();
                _end.Wait();
                left.Set();
            });
            return new TaskCompletionSource<int>().Task;
        });

        if (byCancellation) await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        Assert.True(told.Wait(Patience));
        deadline.Dispose();
        _end.Set();
        Assert.True(left.Wait(Patience));
    }
}
