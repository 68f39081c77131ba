using System.Text;
using Npgsql;

namespace Exchange.Adapters.Configuration;

/// <summary>How to reach a department's own PostgreSQL.</summary>
/// <param name="ConnectionString">Complete, with its password. Never logged.</param>
internal sealed record PostgresConnection(string ConnectionString)
{
    private const int CommandSeconds = 120;

    /// <summary>Opens a small pool; <paramref name="application"/> is what the department's administrators see in <c>pg_stat_activity</c>.</summary>
    public NpgsqlDataSource Open(string application)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString)
        {
            ApplicationName = application,
            PersistSecurityInfo = false,
            Timeout = 10,
            CommandTimeout = CommandSeconds,
            CancellationTimeout = 1_000,
            KeepAlive = 30,
            TcpKeepAlive = true,
            MaxPoolSize = 3,
            MaxAutoPrepare = 0,
            Enlist = false,
        };
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = application }.Build();
    }
}

/// <summary>A table or view, as two quoted identifiers.</summary>
/// <param name="Schema">Null where the search path finds the table.</param>
internal sealed record TableName(string? Schema, string Name)
{
    private const int MaxIdentifierBytes = 63;

    /// <summary>Quoted, as it goes into a statement.</summary>
    public string Sql => Schema is null ? Identifier.Quote(Name) : $"{Identifier.Quote(Schema)}.{Identifier.Quote(Name)}";

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public string Text => Schema is null ? Identifier.Write(Name) : $"{Identifier.Write(Schema)}.{Identifier.Write(Name)}";

    /// <summary>
    /// Reads <c>table</c> or <c>schema.table</c>, names as the catalogue of the database holds them. A name with a full stop is written in double quotes, a double quote within them twice.
    /// </summary>
    public static TableName? Parse(string text)
    {
        var parts = new List<string>();
        for (var at = 0; at <= text.Length; at++)
        {
            if (Identifier.Read(text, ref at) is not { } part || !Identifier.Fits(part)) return null;
            if (at < text.Length && text[at] != '.') return null;
            parts.Add(part);
        }

        return parts.Count switch
        {
            1 => new TableName(null, parts[0]),
            2 => new TableName(parts[0], parts[1]),
            _ => null,
        };
    }

    public override string ToString() => Schema is null ? Name : $"{Schema}.{Name}";

    internal static class Identifier
    {
        public static bool Fits(string name) => name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= MaxIdentifierBytes && !name.Contains('\0', StringComparison.Ordinal);

        /// <summary>Reads the name that begins at a place, and moves the place behind it; null where its quotes do not end.</summary>
        public static string? Read(string text, ref int at)
        {
            var start = at;
            if (at == text.Length || text[at] != '"')
            {
                at = text.IndexOf('.', at) is var dot and >= 0 ? dot : text.Length;
                return text[start..at];
            }

            while (true)
            {
                at = text.IndexOf('"', at + 1);
                if (at < 0) return null;
                at++;
                if (at == text.Length || text[at] != '"') return text[(start + 1)..(at - 1)].Replace("\"\"", "\"", StringComparison.Ordinal);
            }
        }

        public static string Write(string name) => name.Contains('.', StringComparison.Ordinal) || name.StartsWith('"') ? Quote(name) : name;

        public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

/// <summary>The connection settings that PostgreSQL sources and sinks share.</summary>
internal sealed class PostgresConnectionSettings(string path)
{
    public Setting Connection { get; } = new("connection", "connection string", null,
        "Npgsql 连接字符串。与 connectionFile 二选一。", $"Npgsql connection string of the database ({path}). Either this or connectionFile.");

    public Setting ConnectionFile { get; } = new("connectionFile", "path", null,
        "含连接字符串的文件。", "File that holds the connection string.");

    public Setting PasswordFile { get; } = new("passwordFile", "path", null,
        "含数据库密码的文件；连接字符串中不写密码时使用。", "File that holds the password, where the connection string holds none.");

    public PostgresConnection? Read(SectionReader reader)
    {
        var text = Secret.Read(reader, Connection, ConnectionFile, required: true);
        var password = Secret.ReadFile(reader, PasswordFile);
        if (text is null) return null;
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(text);
            if (string.IsNullOrEmpty(builder.Host)) reader.Findings.Invalid(reader.LineOf(Connection), reader.PathOf(Connection), "Host is missing", "缺少 Host");
            if (password is not null) builder.Password = password;
            return new PostgresConnection(builder.ConnectionString);
        }
        catch (ArgumentException)
        {
            // The exception's text repeats the string, which may hold the password.
            reader.Findings.Invalid(reader.LineOf(Connection), reader.PathOf(Connection), "it is not an Npgsql connection string", "不是有效的 Npgsql 连接字符串");
            return null;
        }
    }
}
