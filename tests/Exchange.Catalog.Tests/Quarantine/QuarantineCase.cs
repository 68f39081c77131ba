using Exchange.Catalog.Quarantine;
using Exchange.Catalog.Tests.Kit;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Xunit;

namespace Exchange.Catalog.Tests.Quarantine;

/// <summary>What the tests of the quarantine do again and again.</summary>
public abstract class QuarantineCase(CatalogFixture fixture)
{
    internal const string Owner = CatalogFixture.Publisher;
    internal static readonly Item[] Items = [.. Enumerable.Range(1, 50).Select(i => Item.Of(i))];

    internal CatalogFixture Fixture => fixture;

    internal async Task<StreamDriver> LoadedAsync(Item[] items)
    {
        var stream = await StreamDriver.StartAsync(Fixture);
        await stream.SnapshotAsync(items);
        return stream;
    }

    internal Task<Result<QuarantineSettled>> ReleaseAsync(StreamDriver stream, long id, string? corrections, string publisher = Owner) => ReleaseQuarantinedHandler.HandleAsync(
        new ReleaseQuarantined(stream.Resource.Name, publisher, id, corrections, "clerk"), Fixture.Database, Fixture.Announcements, Fixture.Time, CancellationToken.None);

    internal Task<Result<QuarantineSettled>> DiscardAsync(DiscardQuarantined request) =>
        DiscardQuarantinedHandler.HandleAsync(request, Fixture.Database, Fixture.Time, CancellationToken.None);

    internal Task<Result<QuarantineRevalidated>> RevalidateAsync(StreamDriver stream) => RevalidateQuarantineHandler.HandleAsync(
        new RevalidateQuarantine(stream.Resource.Name, 0, "clerk"), Fixture.Database, Fixture.Announcements, Fixture.Time, CancellationToken.None);

    internal async Task RegisterWiderAsync(StreamDriver stream)
    {
        // Wider notes break no reader here: nobody holds a grant, and the version is set as registration would.
        var wider = Item.Schema.Replace("\"maxLength\":10", "\"maxLength\":40", StringComparison.Ordinal);
        var schema = global::Exchange.Records.Schemas.ResourceSchema.Parse(wider).Value;
        await using var connection = new Npgsql.NpgsqlConnection(Fixture.Platform.CatalogConnection);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            """
            WITH v AS (INSERT INTO catalog.resource_version (resource_id, version, schema, fingerprint, registered_at) VALUES ($1, 2, $2, $3, now()))
            UPDATE catalog.resource SET current_version = 2 WHERE resource_id = $1
            """, connection)
        {
            Parameters = { new() { Value = stream.Resource.Resource.Value }, new() { Value = wider }, new() { Value = schema.Fingerprint } },
        };
        await command.ExecuteNonQueryAsync();
    }

    internal async Task<long> OneAsync(StreamDriver stream) => Assert.Single(await IdsAsync(stream));

    internal Task<List<long>> IdsAsync(StreamDriver stream) => Fixture.ListAsync(
        "SELECT quarantine_id FROM catalog.quarantine WHERE stream_id = $1 ORDER BY quarantine_id", r => r.GetInt64(0), stream.Opened.Stream.Value);

    internal Task<List<string>> ActionsAsync(long id) => Fixture.ListAsync(
        "SELECT concat_ws(' ', action, outcome, array_to_string(fields, ','), requested_by) FROM catalog.quarantine_action WHERE quarantine_id = $1 ORDER BY action_id", r => r.GetString(0), id);
}
