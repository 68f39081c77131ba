using Exchange.Catalog.Database;
using Exchange.Contracts.Errors;
using Npgsql;

namespace Exchange.Catalog.Calendar;

/// <summary>Loads one published year; a corrected notice replaces the earlier one.</summary>
internal static class ImportCalendar
{
    public static async Task<Result<HolidayFile>> ExecuteAsync(ReadOnlyMemory<byte> json, CatalogDatabase database, TimeProvider time, CancellationToken cancellation)
    {
        var read = HolidayFile.Read(json.Span);
        if (read.IsError) return read.Error;
        var file = read.Value;
        await using var connection = await database.OpenAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.ExecuteAsync(CalendarSql.SaveYear, cancellation, file.Year, string.Join(' ', file.Papers), time.GetUtcNow());
        await connection.ExecuteAsync(CalendarSql.ForgetDays, cancellation, file.Year);
        await connection.ExecuteAsync(
            CalendarSql.SaveDays,
            cancellation,
            file.Year,
            file.Days.Select(d => d.Date).ToArray(),
            file.Days.Select(d => d.Name).ToArray(),
            file.Days.Select(d => d.IsOffDay).ToArray());
        await transaction.CommitAsync(cancellation);
        return file;
    }

    public static async Task<WorkingDayCalendar> LoadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var years = await connection.ListAsync(CalendarSql.Years, r => r.GetInt32(0), cancellation);
        var days = await connection.ListAsync(
            CalendarSql.Days, r => KeyValuePair.Create(r.GetFieldValue<DateOnly>(0), r.GetBoolean(1)), cancellation);
        return WorkingDayCalendar.From(years, days);
    }
}
