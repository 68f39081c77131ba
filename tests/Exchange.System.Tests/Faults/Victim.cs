namespace Exchange.System.Tests.Faults;

/// <summary>Which process is killed.</summary>
public enum Victim
{
    Adapter,
    Catalogue,
    Gateway,
    Sink,
    Broker,
    Database,
    SourceDatabase,
    TargetDatabase,
}
