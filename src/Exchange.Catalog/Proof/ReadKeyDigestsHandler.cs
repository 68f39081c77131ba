using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Formats;
using Exchange.Records.Proof;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Catalog.Proof;

/// <summary>Tells a publisher what the store holds for single keys now.</summary>
internal static class ReadKeyDigestsHandler
{
    public static async Task<Result<KeyDigestsRead>> HandleAsync(ReadKeyDigests request, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        if (request.Keys.Length > ReadKeyDigests.MostKeys)
            return ErrorCodes.ProofInvalid.With(("reason", $"more than {ReadKeyDigests.MostKeys} keys"), ("reason:zh", $"主键超过 {ReadKeyDigests.MostKeys} 个"));
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var found = await StoreDigests.FindAsync(connection, request.Resource, request.Publisher, request.SchemaFingerprint, cancellation);
        if (found.IsError) return found.Error;

        var target = found.Value;
        if (Texts(target.Schema, request.Keys) is not { } texts)
            return ErrorCodes.ProofInvalid.With(("reason", "a key does not fit the key fields"), ("reason:zh", "主键与主键字段不符"));
        for (var i = 0; i < texts.Length; i++) await connection.ExecuteAsync(ProofSql.SetTexts, cancellation, ProofSql.Setting(i), texts[i]);

        var rows = new List<KeyDigest>();
        var readAt = time.GetUtcNow();
        await StoreDigests.ReadAsync(
            connection, target.Schema, ProofSql.RowsOfKeys(target.Name, target.Schema), (key, digest) => rows.Add(StoreDigests.ToMessage(key.ToArray(), digest)), cancellation);
        return new KeyDigestsRead(target.Head, readAt, [.. rows]);
    }

    /// <summary>Per key field the values of all keys.</summary>
    internal static string[][]? Texts(ResourceSchema schema, byte[][] keys)
    {
        Column[] columns = [.. schema.Keys.Select(Column.Of)];
        var texts = columns.Select(_ => new string[keys.Length]).ToArray();
        for (var i = 0; i < keys.Length; i++)
        {
            if (ProofKey.Texts(columns, keys[i]) is not { } key) return null;
            for (var k = 0; k < key.Length; k++) texts[k][i] = key[k];
        }

        return texts;
    }
}
