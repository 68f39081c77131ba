using Exchange.Hosting.Embedded;

// A process of its own that holds one embedded server until it is killed; tests of what becomes of the server then start it.
switch (args)
{
    case ["postgres", var folder]:
        await using (var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Folder = folder }))
        {
            Console.WriteLine(cluster.ProcessId);
            await Task.Delay(Timeout.InfiniteTimeSpan);
        }

        return 0;
    case ["rabbitmq", var folder]:
        await using (var broker = await RabbitMqBroker.StartAsync(new RabbitMqBrokerOptions { Folder = folder }))
        {
            Console.WriteLine(broker.ProcessId);
            await Task.Delay(Timeout.InfiniteTimeSpan);
        }

        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: Exchange.Testing postgres|rabbitmq FOLDER");
        return 2;
}
