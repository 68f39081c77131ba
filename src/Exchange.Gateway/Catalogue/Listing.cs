using System.Globalization;
using System.Text;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Database;
using Exchange.Gateway.Records;
using Npgsql;

namespace Exchange.Gateway.Catalogue;

/// <summary>Pages of administrative lists: <c>?after=…&amp;limit=…</c>, <c>{"items":[…],"next":"…"}</c>. The database writes the items as JSON.</summary>
internal static class Listing
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static async Task<Result<DeskAnswer>> PageAsync(
        HttpContext http, GatewayDatabase database, string sql, CancellationToken cancellation)
    {
        var parameters = QueryParameters.Only(http, "after", "limit");
        return parameters.IsError ? parameters.Error : await PageAsync(parameters.Value, database, sql, false, [], cancellation);
    }

    /// <param name="sql">$1 the place to go on from as text, $2 the number of rows; gives the item and its place.</param>
    /// <param name="numeric">Whether places are numbers.</param>
    /// <param name="more">Values from $3 on.</param>
    public static async Task<Result<DeskAnswer>> PageAsync(
        IReadOnlyDictionary<string, string> parameters, GatewayDatabase database, string sql, bool numeric, object[] more, CancellationToken cancellation)
    {
        var after = parameters.GetValueOrDefault("after") ?? "";
        if (after.Contains('\0', StringComparison.Ordinal) || (numeric && after.Length > 0 && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            return ErrorCodes.CursorInvalid.With();
        var limit = DefaultLimit;
        if (parameters.TryGetValue("limit", out var text) && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > MaxLimit))
            return ErrorCodes.ParameterInvalid.With(("parameter", "limit"), ("reason", $"1–{MaxLimit}"));

        await using var command = database.Reading.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        foreach (var value in more) command.Parameters.Add(new NpgsqlParameter { Value = value });
        var json = new StringBuilder("{\"items\":[");
        var (count, last) = (0, "");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (count++ > 0) json.Append(',');
            json.Append(reader.GetString(0));
            last = reader.GetString(1);
        }

        json.Append("],\"next\":").Append(count == limit ? $"\"{last}\"" : "null").Append('}');
        return new DeskAnswer(StatusCodes.Status200OK, Encoding.UTF8.GetBytes(json.ToString()));
    }

    /// <returns>The one item, or <paramref name="absent"/>.</returns>
    public static async Task<Result<DeskAnswer>> OneAsync(GatewayDatabase database, string sql, object key, Error absent, CancellationToken cancellation)
    {
        await using var command = database.Reading.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = key });
        return await command.ExecuteScalarAsync(cancellation) is string item ? new DeskAnswer(StatusCodes.Status200OK, Encoding.UTF8.GetBytes(item)) : absent;
    }
}
