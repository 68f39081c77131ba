using System.Text.Json;
using System.Text.Json.Serialization;

namespace Exchange.Contracts.Identifiers;

/// <summary>A department that publishes or consumes. UUIDv7.</summary>
[JsonConverter(typeof(IdentifierConverter<ParticipantId>))]
public readonly record struct ParticipantId(Guid Value) : IIdentifier<ParticipantId>
{
    public static ParticipantId From(Guid value) => new(value);
    public override string ToString() => Value.ToString();
}

/// <summary>A published data resource (数据资源). UUIDv7.</summary>
[JsonConverter(typeof(IdentifierConverter<ResourceId>))]
public readonly record struct ResourceId(Guid Value) : IIdentifier<ResourceId>
{
    public static ResourceId From(Guid value) => new(value);
    public override string ToString() => Value.ToString();
}

/// <summary>The flow of records from one source into one resource. UUIDv7.</summary>
[JsonConverter(typeof(IdentifierConverter<StreamId>))]
public readonly record struct StreamId(Guid Value) : IIdentifier<StreamId>
{
    public static StreamId From(Guid value) => new(value);
    public override string ToString() => Value.ToString();
}

/// <summary>What one participant may do with one resource, for one purpose, until when. UUIDv7.</summary>
[JsonConverter(typeof(IdentifierConverter<GrantId>))]
public readonly record struct GrantId(Guid Value) : IIdentifier<GrantId>
{
    public static GrantId From(Guid value) => new(value);
    public override string ToString() => Value.ToString();
}

/// <summary>One answered or refused call at the gateway; the key that joins its audit entries. UUIDv7.</summary>
[JsonConverter(typeof(IdentifierConverter<RequestId>))]
public readonly record struct RequestId(Guid Value) : IIdentifier<RequestId>
{
    public static RequestId From(Guid value) => new(value);
    public override string ToString() => Value.ToString();
}

/// <summary>An identifier that is a UUID of version 7, so that identifiers sort by the time they were made.</summary>
public interface IIdentifier<TSelf>
    where TSelf : struct, IIdentifier<TSelf>
{
    Guid Value { get; }

    static abstract TSelf From(Guid value);

}

/// <summary>Makes identifiers.</summary>
public static class NewIdentifier
{
    public static TId At<TId>(DateTimeOffset now)
        where TId : struct, IIdentifier<TId> => TId.From(Guid.CreateVersion7(now));
}

internal sealed class IdentifierConverter<TId> : JsonConverter<TId>
    where TId : struct, IIdentifier<TId>
{
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TId.From(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
