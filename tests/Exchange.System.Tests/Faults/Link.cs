namespace Exchange.System.Tests.Faults;

/// <summary>A connection between two parts, through a proxy of its own; named by who connects.</summary>
public enum Link
{
    AdapterToSource,
    AdapterToBroker,
    CatalogueToBroker,
    CatalogueToDatabase,
    GatewayToDatabase,
    SinkToGateway,
    SinkToTarget,
}
