using System.Runtime.CompilerServices;
using Exchange.Adapters.Pipelines;
using Exchange.Contracts.Errors;

namespace Exchange.Adapters.Sources.Exchange;

/// <summary>An answer of the gateway in rows. Dispose it when done.</summary>
internal sealed class RowsAnswer(HttpResponseMessage response, IReadOnlyList<RowColumn> columns, string cursor) : IDisposable
{
    private const string ProblemTrailer = "Exchange-Problem";
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    private const int MaxRows = 5_000;
    private const int TargetBytes = 256 * 1024;

    public IReadOnlyList<RowColumn> Columns { get; } = columns;

    /// <summary>Where to go on for changes once all of this answer is applied.</summary>
    public string Cursor { get; } = cursor;

    /// <summary>
    /// Reads the tuples. Whoever has them all must still ask <see cref="Problem"/> before committing.
    /// </summary>
    /// <exception cref="IOException">The answer was cut off.</exception>
    public async IAsyncEnumerable<TupleRun> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var cutter = new TupleCutter(Columns.Count, MaxRows, TargetBytes);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (true)
        {
            silence.CancelAfter(Silence);
            var read = await ReadAsync(body, cutter.Space(), silence.Token, cancellation);
            if (read == 0) break;
            cutter.Filled(read);
            while (cutter.TryCut(out var run)) yield return run;
        }

        IsWhole = cutter.Ended;
    }

    private static async ValueTask<int> ReadAsync(Stream body, Memory<byte> space, CancellationToken silence, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(space, silence);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"The gateway sent nothing for {Silence.TotalSeconds} s.", e);
        }
    }

    /// <summary>True once the rows' trailer was read.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Why the answer may not be used, although its rows were read; null where it is whole.</summary>
    public Error? Problem()
    {
        if (response.TrailingHeaders.TryGetValues(ProblemTrailer, out var values)) return GatewayProblem.FromName(string.Join(",", values));
        return IsWhole ? null : ErrorCodes.SourceUnavailable.With(("reason", "the rows end before their trailer"));
    }

    public void Dispose() => response.Dispose();
}
