namespace Exchange.Benchmarks.Platform;

/// <summary>A measurement that cannot be taken; the text says why. Ends the bench with a failure.</summary>
internal class BenchException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A peer that cannot be had on this machine; the text names it and says what is missing. Its row is left out, by name.</summary>
internal sealed class PeerMissingException(string message, Exception? inner = null) : BenchException(message, inner);
