namespace Exchange.Hosting.Database;

/// <summary>Sessions as their server sees them. A role sees and may end its own.</summary>
internal static class SessionSql
{
    private const string Mark = "concat_ws('|', backend_start, xact_start, query_start, state_change, state)";

    public const string Sign = $"SELECT coalesce(wait_event_type = 'Client', false), {Mark} FROM pg_stat_activity WHERE pid = $1";

    /// <summary>Ends it where it still is as it was seen.</summary>
    public const string End = $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND {Mark} = $2";

    public const string Alive = "SELECT 1";
}
