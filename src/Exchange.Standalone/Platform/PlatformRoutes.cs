using Exchange.Hosting.Embedded;
using Npgsql;

namespace Exchange.Standalone.Platform;

/// <summary>Which port a host connects to in place of a server's own: something may stand between them.</summary>
internal sealed record PlatformRoutes(Func<int, int> CatalogueToBroker, Func<int, int> CatalogueToDatabase, Func<int, int> GatewayToDatabase)
{
    public static readonly PlatformRoutes Direct = new(Same, Same, Same);

    public static string Database(string connection, Func<int, int> route)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        settings.Port = route(settings.Port);
        return settings.ConnectionString;
    }

    public static string Bus(RabbitMqBroker broker, Func<int, int> route) => new UriBuilder(broker.Address) { Port = route(broker.Port) }.Uri.AbsoluteUri;

    private static int Same(int port) => port;
}
