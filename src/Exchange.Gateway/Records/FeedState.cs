using Npgsql;

namespace Exchange.Gateway.Records;

/// <param name="Head">The last offset given out.</param>
/// <param name="Loading">The first load is under way: what is stored is not yet the resource.</param>
/// <param name="Floor">Changes up to here are no longer kept.</param>
/// <param name="LoadEnd">Offsets up to here are the first load.</param>
internal readonly record struct FeedState(long Head, bool Loading, long Floor, long LoadEnd)
{
    public static FeedState Read(NpgsqlDataReader reader) => new(reader.GetInt64(0), reader.GetBoolean(1), reader.GetInt64(2), reader.GetInt64(3));

    public static async ValueTask<bool> IsLoadingAsync(NpgsqlConnection connection, Guid resource, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(RecordsSql.FeedHead, connection) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = resource } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return !await reader.ReadAsync(cancellation) || Read(reader).Loading;
    }
}
