using System.Text;
using Npgsql;

namespace Exchange.System.Tests.Faults;

/// <summary>What there is to see of an exchange that did not become whole: the state of its stream, what its databases' sessions do, and the ends of the logs.</summary>
internal static class FaultEvidence
{
    private const int LogLines = 30;

    /// <summary>The same failure, with the evidence in its message.</summary>
    public static async Task<Exception> WithAsync(FaultBench bench, Exception failure, CancellationToken cancellation) =>
        new InvalidOperationException($"{failure.Message}\n{await CollectAsync(bench, cancellation)}", failure);

    private static async Task<string> CollectAsync(FaultBench bench, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        await AppendRowsAsync(text, "streams", bench.Platform.Database, FaultSql.Streams, cancellation);
        await AppendRowsAsync(text, "sessions of the platform", bench.Platform.Database, FaultSql.Sessions, cancellation);
        await AppendRowsAsync(text, "sessions of the consumer", bench.Consumer.Database, FaultSql.Sessions, cancellation);
        await AppendRowsAsync(text, "sessions of the source", bench.Source.Database, FaultSql.Sessions, cancellation);
        foreach (var end in bench.Ends) text.AppendLine($"--- ended by itself: {end}");
        foreach (var log in Directory.EnumerateFiles(bench.Platform.Logs, "*.log").Order(StringComparer.Ordinal))
        {
            text.AppendLine($"--- {Path.GetFileName(log)}");
            foreach (var line in (await File.ReadAllLinesAsync(log, cancellation)).TakeLast(LogLines)) text.AppendLine(line);
        }

        return text.ToString();
    }

    private static async Task AppendRowsAsync(StringBuilder text, string title, NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        text.AppendLine($"--- {title}");
        try
        {
            await using var command = database.CreateCommand(sql);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation)) text.AppendLine(reader.GetString(0));
        }
        catch (NpgsqlException e)
        {
            text.AppendLine(e.Message);
        }
    }
}
