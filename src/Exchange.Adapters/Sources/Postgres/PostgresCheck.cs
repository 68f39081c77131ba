using Exchange.Adapters.Configuration;
using Exchange.Adapters.Sources.Postgres.Capture;
using Exchange.Contracts.Errors;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres;

/// <summary>Looks, without reading a row or changing anything, whether a table is there, fits its schema and may be read, and whether its changes can be captured where they are to be.</summary>
internal static class PostgresCheck
{
    /// <returns>Null where it does; else <see cref="ErrorCodes.SchemaDrift"/>, <see cref="ErrorCodes.CaptureNotReady"/> or <see cref="ErrorCodes.SourceUnavailable"/>.</returns>
    public static async Task<Error?> FindAsync(PublishingAdapter adapter, PostgresSourceModel model, CancellationToken cancellation)
    {
        var schema = ResourceSchema.Parse(adapter.Resource.Schema);
        if (schema.IsError) return schema.Error;
        await using var database = model.Connection.Open($"exchange-adapter {adapter.Name} check");
        try
        {
            return model.Capture is { } capture
                ? await CaptureCheck.FindAsync(adapter.Name, database, model, capture, schema.Value, cancellation)
                : await ReadableAsync(database, model, schema.Value, cancellation);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return ErrorCodes.SourceUnavailable.With(("reason", e.Message));
        }
    }

    private static async Task<Error?> ReadableAsync(NpgsqlDataSource database, PostgresSourceModel model, ResourceSchema schema, CancellationToken cancellation)
    {
        await using var transaction = await SourceTransaction.BeginAsync(database, model.TimeZone, cancellation);
        var bound = await SourceColumns.BindAsync(transaction.Connection, model, schema, cancellation);
        if (bound.IsError) return bound.Error;
        // Its start tells whether the role may read the columns, and whether the condition can be asked.
        await using var command = new NpgsqlCommand($"SELECT {string.Join(", ", bound.Value.Expressions)} FROM {model.Table.Sql} WHERE {model.Filter} LIMIT 0", transaction.Connection);
        await command.ExecuteNonQueryAsync(cancellation);
        return null;
    }
}
