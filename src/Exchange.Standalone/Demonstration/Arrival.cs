using Exchange.Standalone.Departments;

namespace Exchange.Standalone.Demonstration;

/// <summary>Waits until exactly the expected rows are where they should be.</summary>
internal static class Arrival
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    public static async Task AwaitAsync(Stage stage, Func<CancellationToken, Task<Fingerprint>> ask, Fingerprint expected, CancellationToken cancellation)
    {
        var last = await Waiting.UntilAsync(
            token =>
            {
                stage.Adapters.ThrowIfFailed();
                return ask(token);
            },
            actual => actual == expected, Deadline, stage.Clock, cancellation);
        if (last != expected)
            throw new DemonstrationException($"After {Deadline.TotalSeconds:N0} s there is {last} where {expected} belongs ({stage.Platform.Logs})");
    }
}
