using System.Collections.Concurrent;

namespace Exchange.Gateway.Authentication;

/// <summary>
/// Slows guessing down: after five failures in a row for one (client id, address) each further attempt has to wait, twice as long every time up to a
/// minute. It counts by what was sent, whether such a client exists or not.
/// </summary>
internal sealed class LoginBrake(TimeProvider time)
{
    public const int FreeFailures = 5;
    private const int MaxTracked = 50_000;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(string Client, string Address), Failures> _failures = new();

    /// <returns>How long the caller has to wait before it may try again; zero where it may.</returns>
    public TimeSpan Wait(string client, string address)
    {
        if (!_failures.TryGetValue((client, address), out var failures) || failures.Count < FreeFailures) return TimeSpan.Zero;
        var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures.Count - FreeFailures, 6)));
        if (pause > Longest) pause = Longest;
        var rest = pause - time.GetElapsedTime(failures.Last);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    public void Failed(string client, string address)
    {
        if (_failures.Count >= MaxTracked) Forget();
        _failures.AddOrUpdate((client, address), _ => new(1, time.GetTimestamp()), (_, old) => new(old.Count + 1, time.GetTimestamp()));
    }

    public void Succeeded(string client, string address) => _failures.TryRemove((client, address), out _);

    private void Forget()
    {
        foreach (var (key, failures) in _failures)
            if (time.GetElapsedTime(failures.Last) > Longest) _failures.TryRemove(key, out _);
        if (_failures.Count >= MaxTracked) _failures.Clear();
    }

    private readonly record struct Failures(int Count, long Last);
}
