using Exchange.Standalone.Demonstration;
using Npgsql;

namespace Exchange.Standalone.Platform;

/// <summary>A running exchange, whatever processes it is made of.</summary>
internal interface IPlatform : IAsyncDisposable
{
    /// <summary>Base address of the gateway.</summary>
    Uri Gateway { get; }

    /// <summary>The data bureau's client, made when the exchange was set up.</summary>
    ClientCredentials Bureau { get; }

    /// <summary>The platform's database, with its superuser: for the operator's comparison only.</summary>
    NpgsqlDataSource Database { get; }

    /// <summary>AMQP address for adapters, or null where the bus is inside the process.</summary>
    string? RabbitMq { get; }

    /// <summary>Folder with the logs of the platform and the adapters.</summary>
    string Logs { get; }

    /// <summary>Runs the adapter that a YAML file describes.</summary>
    Task<IRunningAdapter> StartAdapterAsync(string file, CancellationToken cancellation);
}

/// <summary>An adapter at work. Disposing stops it.</summary>
internal interface IRunningAdapter : IAsyncDisposable
{
    /// <summary>Ends when the adapter does, and fails with its reason where that was not asked for.</summary>
    Task Completion { get; }
}
