namespace Exchange.Adapters.Pipelines;

/// <summary>Growing waits between attempts: doubled each time up to a limit, with up to a quarter taken off at random so that adapters do not knock in step.</summary>
internal sealed class Backoff
{
    private readonly TimeSpan _first;
    private readonly TimeSpan _longest;
    private TimeSpan _next;

    public Backoff(TimeSpan first, TimeSpan longest) => (_first, _longest, _next) = (first, longest, first);

    public void Reset() => _next = _first;

    public TimeSpan Next()
    {
        var wait = _next * (1 - (Random.Shared.NextDouble() / 4));
        _next = _next * 2 < _longest ? _next * 2 : _longest;
        return wait;
    }
}
