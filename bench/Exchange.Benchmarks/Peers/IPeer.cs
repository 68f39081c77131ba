namespace Exchange.Benchmarks.Peers;

/// <summary>One side of a ratio that brings rows from a department's server to another's, with servers and settings of its own where it needs them.</summary>
internal interface IPeer : IAsyncDisposable
{
    /// <summary>Does the work of one round and leaves things ready for the next.</summary>
    /// <returns>Rows per second, for rows that were found at their target.</returns>
    Task<double> RunAsync(int round, CancellationToken cancellation);
}
