using Exchange.Hosting.Embedded;

namespace Exchange.Standalone.Platform;

/// <summary>Where one run keeps its servers, keys, files and logs: a folder inside the state folder.</summary>
internal sealed record ExchangeFolder(string Path)
{
    public string Platform => In("platform");

    public string Broker => In("rabbitmq");

    public string MarketRegulation => In("market-regulation");

    public string ServiceCentre => In("service-centre");

    /// <summary>The Civil Affairs Bureau's watched folder.</summary>
    public string Inbox => In("civil-affairs", "inbox");

    public string Adapters => In("adapters");

    public string Keys => In("keys");

    public string Secrets => In("secrets");

    public string Logs => In("logs");

    /// <summary>A new folder for one demonstration.</summary>
    public static ExchangeFolder ForDemonstration() => new(StateFolder.Combine("demo", Guid.CreateVersion7().ToString("N")));

    /// <summary>The folder of the exchange that stays: data is kept from one start to the next.</summary>
    public static ExchangeFolder ForUp() => new(StateFolder.Combine("up"));

    private string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);
}
