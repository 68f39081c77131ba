namespace Exchange.Benchmarks.Load;

/// <summary>What the load generator does; written to a file that names the one process of a run.</summary>
/// <param name="Requests">Whole HTTP/1.1 requests; each connection sends them in turn, from a place of its own.</param>
/// <param name="WarmUpSeconds">Time before counting begins.</param>
/// <param name="Seconds">Time counted.</param>
internal sealed record LoadPlan(string Host, int Port, int Connections, double WarmUpSeconds, double Seconds, string[] Requests);

/// <param name="Requests">Answers with status 200 while counting.</param>
/// <param name="Failures">Answers with another status while counting, and broken connections at any time.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="FirstFailure">Status line of the first failure, or what went wrong.</param>
internal sealed record LoadResult(long Requests, long Failures, double Seconds, double P50, double P99, string? FirstFailure)
{
    public double Rate => Requests / Seconds;
}
