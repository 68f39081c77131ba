using Npgsql;

namespace Exchange.Adapters.Sources.Postgres.Capture;

internal static class QuickCommand
{
    public const int Seconds = 5;

    /// <summary>For a question about the server and its catalogue, which waits for nobody: a connection that died unseen costs no more than five seconds.</summary>
    public static NpgsqlCommand CreateQuickCommand(this NpgsqlDataSource database, string sql)
    {
        var command = database.CreateCommand(sql);
        command.CommandTimeout = Seconds;
        return command;
    }
}
