using Exchange.Benchmarks.Data;

namespace Exchange.Benchmarks.Platform;

/// <summary>A table of a department that becomes a resource.</summary>
/// <param name="Rows">Rows of the table.</param>
internal sealed record Publication(Department Source, string Resource, string Table, int Rows)
{
    /// <summary>JSON Schema of the resource.</summary>
    public string Schema { get; init; } = EnterpriseSchema.Json;

    /// <summary>How the source is read.</summary>
    public string Mode { get; init; } = "snapshot";
}

/// <summary>Adapter files as a department's clerk would write them.</summary>
internal static class AdapterText
{
    /// <param name="bus">Address of RabbitMQ, for an adapter that runs as a process of its own.</param>
    /// <returns>The file.</returns>
    public static async Task<string> WriteAsync(string folder, Publication publication, string? bus, CancellationToken cancellation)
    {
        var resource = publication.Resource;
        await File.WriteAllTextAsync(Path.Combine(folder, $"{resource}.schema.json"), publication.Schema, cancellation);
        return await WriteAsync(folder, $"publish-{resource}", (bus is null ? "" : $"bus:\n  rabbitMq: \"{bus}\"\n") + $"""
            adapter: {resource.Replace('_', '-')}-source
            resource:
              name: {resource}
              publisher: {Bureau.Publisher}
              titleZh: 企业登记信息
              titleEn: Enterprise registrations
              schema: {resource}.schema.json
            source:
              postgres:
                connection: "{publication.Source.ConnectionString}"
                table: {publication.Table}
                mode: {publication.Mode}
                interval: 1h
            """, cancellation);
    }

    /// <returns>The file of an adapter that receives the granted part of a resource into a table of the same name.</returns>
    public static async Task<string> WriteAsync(string folder, GatewayDoor consumer, Department target, string resource, CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "consumer.secret"), consumer.Secret, cancellation);
        return await WriteAsync(folder, $"receive-{resource}", $"""
            adapter: {resource.Replace('_', '-')}-sink
            source:
              exchange:
                gateway: {consumer.Address}
                clientId: {consumer.ClientId}
                clientSecretFile: consumer.secret
                resource: {resource}
                purpose: {PublishedResource.Purpose}
            sink:
              postgres:
                connection: "{target.ConnectionString}"
                table: {resource}
                key: [uscc]
            """, cancellation);
    }

    private static async Task<string> WriteAsync(string folder, string name, string yaml, CancellationToken cancellation)
    {
        var file = Path.Combine(folder, $"{name}.yaml");
        await File.WriteAllTextAsync(file, yaml, cancellation);
        return file;
    }
}
