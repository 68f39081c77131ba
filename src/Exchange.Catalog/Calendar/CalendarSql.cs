namespace Exchange.Catalog.Calendar;

internal static class CalendarSql
{
    /// <summary>$1 year, $2 notice, $3 now.</summary>
    public const string SaveYear = """
        INSERT INTO catalog.calendar_year (year, published_in, loaded_at) VALUES ($1, $2, $3)
        ON CONFLICT (year) DO UPDATE SET published_in = excluded.published_in, loaded_at = excluded.loaded_at
        """;

    /// <summary>$1 year.</summary>
    public const string ForgetDays = "DELETE FROM catalog.calendar_day WHERE year = $1";

    /// <summary>A day that the notices of two years name belongs to its own year's. $1 year, $2 days, $3 names, $4 off or worked.</summary>
    public const string SaveDays = """
        INSERT INTO catalog.calendar_day (day, year, name, is_off_day)
        SELECT d.day, $1, d.name, d.is_off_day FROM unnest($2::date[], $3::text[], $4::boolean[]) AS d (day, name, is_off_day)
        ON CONFLICT (day) DO UPDATE SET year = excluded.year, name = excluded.name, is_off_day = excluded.is_off_day
        WHERE extract(year FROM excluded.day) = excluded.year
        """;

    public const string Years = "SELECT year FROM catalog.calendar_year";

    public const string Days = "SELECT day, is_off_day FROM catalog.calendar_day";
}
