using Exchange.Contracts.Errors;
using Exchange.Hosting.Database;
using Npgsql;

namespace Exchange.Adapters.Sinks.Postgres;

/// <summary>
/// Tells what a failed transfer means. A row that the target's own rules refuse, a target that is down and a gateway that is cut off are three things, and another person
/// acts on each.
/// </summary>
internal static class TargetFault
{
    public static Error Describe(Exception fault) => fault switch
    {
        PostgresException refused when IsAboutRows(refused.SqlState) => ErrorCodes.TargetRowRefused.With(("rule", Rule(refused))),
        PostgresException changed when changed.SqlState.StartsWith("42", StringComparison.Ordinal) && changed.SqlState != PostgresErrorCodes.InsufficientPrivilege =>
            ErrorCodes.TargetDrift.With(("change", $"SQLSTATE {changed.SqlState}: {changed.MessageText}")),
        NpgsqlException target => ErrorCodes.TargetUnavailable.With(("reason", target.Message)),
        _ when DatabaseFaults.IsUnavailable(fault) => ErrorCodes.TargetUnavailable.With(("reason", fault.Message)),
        IOException or HttpRequestException or InvalidDataException => ErrorCodes.SourceUnavailable.With(("reason", fault.Message)),
        _ => ErrorCodes.TargetUnavailable.With(("reason", fault.Message)),
    };

    /// <summary>Data exceptions, constraints, exceptions that a trigger raises, and limits such as the largest index entry.</summary>
    private static bool IsAboutRows(string state) =>
        state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal) || state.StartsWith("54", StringComparison.Ordinal)
        || state == PostgresErrorCodes.RaiseException;

    /// <summary>Names only: the server's texts repeat values.</summary>
    private static string Rule(PostgresException refused)
    {
        var names = new[] { ("table", refused.TableName), ("column", refused.ColumnName), ("constraint", refused.ConstraintName) }
            .Where(n => !string.IsNullOrEmpty(n.Item2)).Select(n => $"{n.Item1} {n.Item2}");
        return string.Join(", ", names.Prepend($"SQLSTATE {refused.SqlState}"));
    }
}
