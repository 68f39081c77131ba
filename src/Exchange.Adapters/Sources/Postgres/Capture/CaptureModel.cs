namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>How the changes of a table are captured.</summary>
/// <param name="Slot">Name of the replication slot; null for one made of the adapter's name.</param>
/// <param name="Publication">Name of the publication; null for one made of the adapter's name.</param>
/// <param name="Heartbeat">How often the position moves on where only other tables are written to, and the table's storage is looked at.</param>
/// <param name="DetachAt">Share of the server's budget for retained log, in percent, at which the slot is given up.</param>
internal sealed record CaptureModel(string? Slot, string? Publication, TimeSpan Heartbeat, int DetachAt)
{
    private const int MaxNameBytes = 63;

    public string SlotOf(string adapter) => Slot ?? NameOf(adapter);

    public string PublicationOf(string adapter) => Publication ?? NameOf(adapter);

    /// <summary>Lower-case letters, digits and underscores: what a slot's name may hold.</summary>
    private static string NameOf(string adapter)
    {
        var name = "exchange_" + adapter.Replace('-', '_');
        return name.Length <= MaxNameBytes ? name : name[..MaxNameBytes];
    }
}
