using Exchange.Standalone.Sample;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Standalone.Departments;

/// <summary>The Market Regulation Bureau: owner of the enterprise register, in its own PostgreSQL cluster.</summary>
internal sealed class MarketRegulation(NpgsqlDataSource database, EnterpriseMaker maker, int enterprises)
{
    public const string Code = "market-regulation";
    public const string Resource = "enterprise";
    public const string Table = "reg.ent_base";

    private readonly List<BrokenRow> _broken = [];

    public EnterpriseMaker Maker => maker;

    public IReadOnlyList<BrokenRow> Broken => _broken;

    /// <summary>Creates the register and fills it; tells how many rows were written.</summary>
    public async Task FillAsync(Action<int> progress, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, MarketRegulationSql.CreateRegister, cancellation);
        await using (var import = await connection.BeginBinaryImportAsync(MarketRegulationSql.CopyRegister, cancellation))
        {
            for (var i = 0; i < enterprises; i++)
            {
                await WriteAsync(import, MakeRow(i), cancellation);
                if (i % 2_000 == 0) progress(i);
            }

            await import.CompleteAsync(cancellation);
        }

        await ExecuteAsync(connection, MarketRegulationSql.IndexRegister, cancellation);
        progress(enterprises);
    }

    /// <summary>Does a day's work in one transaction.</summary>
    public async Task ApplyAsync(EnterpriseChanges changes, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(connection, MarketRegulationSql.CreateWorkTable, cancellation);
        await CopyAsync(connection, MarketRegulationSql.CopyWorkTable, changes.Updated, cancellation);
        await ExecuteAsync(connection, MarketRegulationSql.UpdateFromWorkTable, cancellation);
        await CopyAsync(connection, MarketRegulationSql.CopyRegister, changes.Inserted, cancellation);
        await using (var delete = new NpgsqlCommand(MarketRegulationSql.Delete, connection))
        {
            delete.Parameters.AddWithValue("codes", NpgsqlDbType.Array | NpgsqlDbType.Char, changes.Deleted.ToArray());
            await delete.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    public Task<Fingerprint> GrantedSliceAsync(CancellationToken cancellation) => FingerprintAsync(MarketRegulationSql.GrantedSlice, cancellation);

    public Task<Fingerprint> WholeRegisterAsync(CancellationToken cancellation) => FingerprintAsync(MarketRegulationSql.WholeRegister, cancellation);

    private async Task<Fingerprint> FingerprintAsync(string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddWithValue("broken", NpgsqlDbType.Array | NpgsqlDbType.Char, _broken.Select(b => b.Uscc).ToArray());
        command.Parameters.AddWithValue("compound", NpgsqlDbType.Array | NpgsqlDbType.Text, EnterpriseWords.CompoundSurnames);
        command.Parameters.AddWithValue("city", EnterpriseMaker.City);
        return await FingerprintQuery.ReadAsync(command, cancellation);
    }

    private Enterprise MakeRow(int index)
    {
        var row = maker.Make(index);
        if (EnterpriseBreaker.KindOf(index, enterprises) is not { } kind) return row;
        var (spoilt, broken) = EnterpriseBreaker.Break(row, kind);
        _broken.Add(broken);
        return spoilt;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, string copy, IReadOnlyList<Enterprise> rows, CancellationToken cancellation)
    {
        await using var import = await connection.BeginBinaryImportAsync(copy, cancellation);
        foreach (var row in rows) await WriteAsync(import, row, cancellation);
        await import.CompleteAsync(cancellation);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter import, Enterprise row, CancellationToken cancellation)
    {
        await import.StartRowAsync(cancellation);
        await import.WriteAsync(row.Uscc, NpgsqlDbType.Char, cancellation);
        await WriteAsync(import, row.Name, NpgsqlDbType.Varchar, cancellation);
        await WriteAsync(import, row.LegalRepresentative, NpgsqlDbType.Varchar, cancellation);
        await WriteAsync(import, row.ResidentId, NpgsqlDbType.Varchar, cancellation);
        await (row.Capital is { } capital ? import.WriteAsync(capital, NpgsqlDbType.Numeric, cancellation) : import.WriteNullAsync(cancellation));
        await (row.Established is { } established ? import.WriteAsync(established, NpgsqlDbType.Date, cancellation) : import.WriteNullAsync(cancellation));
        await (row.Status is { } status ? import.WriteAsync((short)status, NpgsqlDbType.Smallint, cancellation) : import.WriteNullAsync(cancellation));
        await WriteAsync(import, row.Region, NpgsqlDbType.Varchar, cancellation);
        await WriteAsync(import, row.Address, NpgsqlDbType.Varchar, cancellation);
        await WriteAsync(import, row.Phone, NpgsqlDbType.Varchar, cancellation);
        await import.WriteAsync(row.UpdatedAt, NpgsqlDbType.TimestampTz, cancellation);
        await WriteAsync(import, row.Scope, NpgsqlDbType.Text, cancellation);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter import, string? text, NpgsqlDbType type, CancellationToken cancellation) =>
        text is null ? import.WriteNullAsync(cancellation) : import.WriteAsync(text, type, cancellation);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
