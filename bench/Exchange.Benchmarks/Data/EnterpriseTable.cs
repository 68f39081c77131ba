using Exchange.Records.Rows;
using Npgsql;

namespace Exchange.Benchmarks.Data;

/// <summary>The test table: a department's register of enterprises, in the department's own column types.</summary>
internal static class EnterpriseTable
{
    public const string Name = "enterprise";

    /// <summary>The granted part: eight of the twelve fields, two of them masked.</summary>
    public static readonly string[] GrantedFields = ["uscc", "name", "legal_rep", "id_no", "status", "region_code", "address", "updated_at"];

    /// <summary>The granted fields as a column list, without masks: what the peers read.</summary>
    public static readonly string GrantedColumns = string.Join(", ", GrantedFields);

    /// <summary>The eight granted columns in a department's own types.</summary>
    public const string GrantedDefinition = """
        uscc        char(18) COLLATE "C" PRIMARY KEY,
        name        text        NOT NULL,
        legal_rep   text        NOT NULL,
        id_no       char(18)    NOT NULL,
        status      smallint    NOT NULL,
        region_code char(6)     NOT NULL,
        address     text,
        updated_at  timestamptz NOT NULL
        """;

    /// <summary>The twelve columns.</summary>
    public const string Definition = """
        uscc        char(18) COLLATE "C" PRIMARY KEY,
        name        text          NOT NULL,
        legal_rep   text          NOT NULL,
        id_no       char(18)      NOT NULL,
        reg_capital numeric(18,2),
        established date,
        status      smallint      NOT NULL,
        region_code char(6)       NOT NULL,
        address     text,
        phone       text,
        updated_at  timestamptz   NOT NULL,
        scope       text
        """;

    public static Task CreateAsync(NpgsqlDataSource database, string table, CancellationToken cancellation) =>
        ExecuteAsync(database, $"CREATE TABLE {table} ({Definition})", cancellation);

    public static Task CreateGrantedAsync(NpgsqlDataSource database, string table, CancellationToken cancellation) =>
        ExecuteAsync(database, $"CREATE TABLE {table} ({GrantedDefinition})", cancellation);

    /// <summary>Creates the table and fills it with the first <paramref name="rows"/> rows of the deterministic set, or with so many from another one on.</summary>
    public static async Task FillAsync(NpgsqlDataSource database, string table, int rows, CancellationToken cancellation, int first = 0)
    {
        await CreateAsync(database, table, cancellation);
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        await using (var copy = await connection.BeginRawBinaryCopyAsync($"COPY {table} FROM STDIN (FORMAT binary)", cancellation))
        {
            await copy.WriteAsync(CopyFrame.Header, cancellation);
            var buffer = new System.Buffers.ArrayBufferWriter<byte>(1 << 20);
            var enterprises = new EnterpriseRows(buffer, EnterpriseLayout.Department);
            for (var row = first; row < first + rows; row++)
            {
                enterprises.Write(row);
                if (buffer.WrittenCount < 1 << 19) continue;
                await copy.WriteAsync(buffer.WrittenMemory, cancellation);
                buffer.ResetWrittenCount();
            }

            await copy.WriteAsync(buffer.WrittenMemory, cancellation);
            await copy.WriteAsync(CopyFrame.Trailer, cancellation);
        }

        await ExecuteAsync(database, $"VACUUM (ANALYZE) {table}", cancellation);
    }

    public static async Task ExecuteAsync(NpgsqlDataSource database, string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task<long> CountAsync(NpgsqlDataSource database, string table, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT count(*) FROM {table}");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
