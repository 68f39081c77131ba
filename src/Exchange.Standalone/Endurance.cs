namespace Exchange.Standalone;

internal static class Endurance
{
    /// <summary>Returns once the user stops the program.</summary>
    public static async Task UntilStoppedAsync(CancellationToken cancellation)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.Register(stopped.SetResult);
        await stopped.Task;
    }
}
