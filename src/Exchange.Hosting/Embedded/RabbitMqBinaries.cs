namespace Exchange.Hosting.Embedded;

/// <summary>The programs of a RabbitMQ server and of its Erlang.</summary>
/// <param name="Server">The script <c>rabbitmq-server</c>.</param>
/// <param name="ErlangFolder">Folder of <c>erl</c> and <c>epmd</c>.</param>
public sealed record RabbitMqBinaries(string Server, string ErlangFolder)
{
    public const string Variable = "EXCHANGE_RABBITMQ_ROOT";

    internal string PortMapper => Path.Combine(ErlangFolder, "epmd");

    /// <summary>
    /// Looks under the folder named by the variable <c>EXCHANGE_RABBITMQ_ROOT</c>, in the state folder, and in the system; each laid out as the packages of Debian.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing was found; the message says where it was looked for.</exception>
    public static RabbitMqBinaries Find() =>
        TryFind() ?? throw new InvalidOperationException(
            $"No RabbitMQ was found in {Variable}, {StateFolder.Combine("tools", "rabbitmq")} or /usr/lib/rabbitmq. Run './exchange doctor'.");

    /// <summary>As <see cref="Find"/>; null where nothing was found.</summary>
    public static RabbitMqBinaries? TryFind() =>
        Roots()
            .Select(root => new RabbitMqBinaries(Path.Combine(root, "usr/lib/rabbitmq/bin/rabbitmq-server"), Path.Combine(root, "usr/lib/erlang/bin")))
            .FirstOrDefault(found => File.Exists(found.Server) && File.Exists(Path.Combine(found.ErlangFolder, "erl")) && File.Exists(found.PortMapper));

    private static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured)
            yield return Path.GetFullPath(configured);
        yield return StateFolder.Combine("tools", "rabbitmq");
        yield return "/";
    }
}
