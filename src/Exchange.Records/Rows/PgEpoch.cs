namespace Exchange.Records.Rows;

/// <summary>PostgreSQL counts days and microseconds from 2000-01-01.</summary>
internal static class PgEpoch
{
    public static readonly int DayNumber = new DateOnly(2000, 1, 1).DayNumber;
    public static readonly long Ticks = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
}
