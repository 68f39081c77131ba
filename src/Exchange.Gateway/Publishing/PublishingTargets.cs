using System.Collections.Concurrent;
using Exchange.Contracts.Errors;
using Exchange.Gateway.Database;
using Exchange.Records.Schemas;
using Exchange.Records.Validation;
using Npgsql;

namespace Exchange.Gateway.Publishing;

/// <summary>A resource that rows are published into, at its current version.</summary>
/// <param name="Publisher">Code of the department that owns it.</param>
internal sealed record PublishingTarget(Guid ResourceId, string Publisher, RowValidator Validator)
{
    public ResourceSchema Schema => Validator.Schema;
}

/// <summary>Finds resources to publish into; keeps the compiled validator of each one's current version.</summary>
internal sealed class PublishingTargets(GatewayDatabase database)
{
    private readonly ConcurrentDictionary<Guid, RowValidator> _validators = new();

    public async Task<Result<PublishingTarget>> FindAsync(string resource, CancellationToken cancellation)
    {
        await using var find = database.Reading.CreateCommand(PublishingSql.Target);
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = resource });
        await using var reader = await find.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return ErrorCodes.ResourceUnknown.With(("resource", resource));
        var id = reader.GetGuid(0);
        var validator = _validators.GetValueOrDefault(id);
        if (validator?.Schema.Fingerprint != reader.GetString(3))
        {
            var schema = ResourceSchema.Parse(reader.GetString(2));
            if (schema.IsError) return schema.Error;
            _validators[id] = validator = RowValidator.Compile(schema.Value);
        }

        return new PublishingTarget(id, reader.GetString(1), validator);
    }
}
