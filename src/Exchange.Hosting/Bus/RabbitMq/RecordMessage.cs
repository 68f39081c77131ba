using System.Globalization;
using System.Text;
using Exchange.Contracts.Identifiers;
using Exchange.Contracts.Records;
using RabbitMQ.Client;

namespace Exchange.Hosting.Bus.RabbitMq;

/// <summary>A batch's header as AMQP properties: CloudEvents 1.0 attributes in binary mode, and the rest under <c>exchange:</c>. The body is the batch's, untouched.</summary>
internal static class RecordMessage
{
    public const string ContentType = "application/vnd.exchange.rows";
    public const string PublishSequence = "exchange:publish-sequence";
    public const string Lines = "exchange:lines";

    private const string TypePrefix = "exchange.records.v1.";
    private const string SourcePrefix = "urn:exchange:stream:";
    private const string SubjectPrefix = "urn:exchange:resource:";

    private static readonly Dictionary<BatchKind, string> Types = Enum.GetValues<BatchKind>().ToDictionary(k => k, k => TypePrefix + Name(k));
    private static readonly Dictionary<string, BatchKind> Kinds = Types.ToDictionary(t => t.Value, t => t.Key, StringComparer.Ordinal);

    /// <summary>Names the batch for good: the same batch sent again has the same id.</summary>
    public static string Id(BatchHeader header) =>
        string.Create(CultureInfo.InvariantCulture, $"{header.Stream.Value}/{header.Epoch}/{header.Sequence}");

    public static BasicProperties ToProperties(BatchHeader header, ulong publishSequence)
    {
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["cloudEvents:specversion"] = "1.0",
            ["cloudEvents:id"] = Id(header),
            ["cloudEvents:type"] = Types[header.Kind],
            ["cloudEvents:source"] = SourcePrefix + header.Stream,
            ["cloudEvents:subject"] = SubjectPrefix + header.Resource,
            ["exchange:partition"] = header.Partition,
            ["exchange:epoch"] = header.Epoch,
            ["exchange:sequence"] = header.Sequence,
            ["exchange:schema"] = header.SchemaFingerprint,
            ["exchange:position"] = header.Position,
            ["exchange:rows"] = header.RowCount,
            ["exchange:sha256"] = header.Sha256,
            [PublishSequence] = (long)publishSequence,
        };
        // Only files have lines; a catalogue of an earlier version passes them over.
        if (header.Lines is not null) headers[Lines] = header.Lines;
        return new BasicProperties { Persistent = true, ContentType = ContentType, MessageId = Id(header), Type = Types[header.Kind], Headers = headers };
    }

    /// <summary>The header of a message, or null and the reason where it is none of ours.</summary>
    public static BatchHeader? TryRead(IReadOnlyBasicProperties properties, out string reason)
    {
        var headers = properties.Headers;
        if (headers is null || properties.Type is null || !Kinds.TryGetValue(properties.Type, out var kind)) reason = $"unknown type '{properties.Type}'";
        else if (Identifier(headers, "cloudEvents:source", SourcePrefix) is not { } stream) reason = "no stream";
        else if (Identifier(headers, "cloudEvents:subject", SubjectPrefix) is not { } resource) reason = "no resource";
        else if (Integer(headers, "exchange:partition") is not (>= 0 and <= int.MaxValue and var partition)) reason = "no partition";
        else if (Integer(headers, "exchange:epoch") is not { } epoch) reason = "no epoch";
        else if (Integer(headers, "exchange:sequence") is not { } sequence) reason = "no sequence";
        else if (Integer(headers, "exchange:rows") is not (>= 0 and <= int.MaxValue and var rows)) reason = "no row count";
        else if (Text(headers, "exchange:schema") is not { } schema) reason = "no schema";
        else if (Text(headers, "exchange:position") is not { } position) reason = "no position";
        else if (Text(headers, "exchange:sha256") is not { Length: 64 } sha256) reason = "no checksum";
        else
        {
            reason = "";
            return new(new StreamId(stream), new ResourceId(resource), (int)partition, epoch, sequence, kind, schema, position, (int)rows, sha256, Text(headers, Lines));
        }
        return null;
    }

    public static long? Integer(IDictionary<string, object?> headers, string name) =>
        headers.TryGetValue(name, out var value) ? value switch { long l => l, int i => i, _ => null } : null;

    private static string? Text(IDictionary<string, object?> headers, string name) =>
        headers.TryGetValue(name, out var value) ? value switch { byte[] bytes => Encoding.UTF8.GetString(bytes), string text => text, _ => null } : null;

    private static Guid? Identifier(IDictionary<string, object?> headers, string name, string prefix) =>
        Text(headers, name) is { } text && text.StartsWith(prefix, StringComparison.Ordinal) && Guid.TryParseExact(text.AsSpan(prefix.Length), "D", out var id) ? id : null;

    private static string Name(BatchKind kind) => kind switch
    {
        BatchKind.SnapshotStart => "snapshot-start",
        BatchKind.Rows => "rows",
        BatchKind.SnapshotEnd => "snapshot-end",
        BatchKind.Changes => "changes",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
