using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Exchange.Adapters.Sources.Postgres.Capture;

/// <summary>
/// A short text that is another one as soon as rows may differ without a change event: other fields, other columns or rows published, other files under the table.
/// </summary>
internal static class TableShape
{
    private const int PartLength = 16;

    /// <returns>Three parts: what the resource takes, what is published, where it is stored.</returns>
    public static async Task<string> ReadAsync(NpgsqlDataSource database, PostgresSourceModel model, string schemaFingerprint, string publication, CancellationToken cancellation)
    {
        await using var command = database.CreateQuickCommand(CaptureSql.Shape);
        command.Parameters.Add(new() { Value = publication });
        command.Parameters.Add(new() { Value = model.Table.Sql });
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var taken = string.Join('\n', model.Columns.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value}").Append(schemaFingerprint).Append(model.TimeZone).Append(model.Where));
        return string.Join('.', Hash(taken), Hash(reader.GetString(0)), Hash(reader.GetString(1)));
    }

    /// <summary>Why a table of one shape may differ from what was read of another; null where both are the same.</summary>
    public static string? Difference(string? known, string now)
    {
        if (known == now) return null;
        var (before, after) = (known?.Split('.') ?? [], now.Split('.'));
        if (before.Length != after.Length) return "it is not known how the table was read before";
        if (before[0] != after[0]) return "the resource takes other columns or rows than before";
        return before[1] != after[1] ? "the publication is another one" : "the table was rewritten, truncated in part, or has other partitions";
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..PartLength];
}
