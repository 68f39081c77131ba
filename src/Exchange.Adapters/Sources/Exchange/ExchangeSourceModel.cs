namespace Exchange.Adapters.Sources.Exchange;

/// <summary>A granted resource at a gateway.</summary>
/// <param name="Gateway">Base address, ends with a slash.</param>
/// <param name="ClientSecret">Never logged.</param>
/// <param name="Purpose">The grant's purpose; sent with every call.</param>
/// <param name="Case">Case number, where the grant asks for one.</param>
/// <param name="Wait">How long a question for changes may stay open.</param>
/// <param name="PageRows">Most changes of one answer.</param>
internal sealed record ExchangeSourceModel(
    Uri Gateway, string ClientId, string ClientSecret, string Resource, string Purpose, string? Case, TimeSpan Wait, int PageRows);
