using System.Buffers.Binary;
using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Messages.V1;
using Exchange.Records.Proof;
using Exchange.Records.Rows;
using Exchange.Records.Schemas;
using Npgsql;

namespace Exchange.Catalog.Proof;

/// <summary>A resource as the store holds it at one moment.</summary>
internal sealed record ProofTarget(ResourceId Resource, string Name, ResourceSchema Schema, long Head);

/// <summary>Reads rows of the store as digests, inside one transaction of one moment.</summary>
internal static class StoreDigests
{
    /// <summary>What a row of <see cref="ProofSql.Find"/> says.</summary>
    internal sealed record Found(Guid Resource, string Publisher, long Head, bool IsLoading, string? Schema);

    /// <summary>Fixes the moment and finds the resource.</summary>
    public static async Task<Result<ProofTarget>> FindAsync(
        NpgsqlConnection connection, string resource, string publisher, string fingerprint, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(ProofSql.ReadOnly, cancellation);
        var found = (await connection.ListAsync(
            ProofSql.Find,
            r => new Found(r.GetGuid(0), r.GetString(1), r.GetInt64(2), r.GetBoolean(3), r.TextOrNull(4)),
            cancellation,
            resource,
            fingerprint)).SingleOrDefault();
        if (Refusal(found, resource, publisher, fingerprint) is { } error) return error;
        return new ProofTarget(new ResourceId(found!.Resource), resource, ResourceSchema.Parse(found.Schema!).Value, found.Head);
    }

    internal static Error? Refusal(Found? found, string resource, string publisher, string fingerprint) => found switch
    {
        null => ErrorCodes.ResourceUnknown.With(("resource", resource)),
        _ when found.Publisher != publisher => ErrorCodes.ResourceOfAnother.With(("resource", resource)),
        { Schema: null } => ErrorCodes.SchemaDrift.With(("change", $"fingerprint {fingerprint}")),
        { IsLoading: true } => ErrorCodes.ResourceLoading.With(),
        _ => null,
    };

    /// <param name="take">Gets key and digest of each row; the key is valid only during the call.</param>
    public static async Task ReadAsync(
        NpgsqlConnection connection, ResourceSchema schema, string copy, RowTaker take, CancellationToken cancellation)
    {
        var digester = RowDigester.For(schema);
        await using var stream = await connection.BeginRawBinaryCopyAsync(copy, cancellation);
        using var tuples = new TupleStream(stream, schema.Fields.Count);
        while (true)
        {
            TakeAll(tuples, digester, take);
            if (tuples.Ended) return;
            await tuples.ReadAsync(cancellation);
        }
    }

    public delegate void RowTaker(ReadOnlySpan<byte> key, UInt128 digest);

    public static KeyDigest ToMessage(byte[] key, UInt128 digest)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, digest);
        return new KeyDigest(key, bytes);
    }

    private static void TakeAll(TupleStream tuples, RowDigester digester, RowTaker take)
    {
        Span<FieldSlice> places = stackalloc FieldSlice[tuples.Fields];
        while (tuples.TryNext(places, out var tuple))
        {
            var digest = digester.Row(tuple, places);
            take(digester.Key(tuple, places), digest);
        }
    }
}
