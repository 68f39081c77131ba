using System.Security.Cryptography;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Records;

namespace Exchange.Hosting.Tests.Bus;

internal static class Batches
{
    public static readonly StreamId Stream = new(Guid.Parse("01989f3e-0000-7000-8000-000000000001"));
    public static readonly ResourceId Resource = new(Guid.Parse("01989f3e-0000-7000-8000-000000000002"));

    public static RecordBatch Create(long sequence, int partition = 0, byte[]? body = null, BatchKind kind = BatchKind.Rows)
    {
        body ??= BitConverter.GetBytes(sequence);
        return new(
            new(Stream, Resource, partition, 1, sequence, kind, "fp-1", $"位置/{sequence}", 1, Convert.ToHexStringLower(SHA256.HashData(body))), body);
    }
}
