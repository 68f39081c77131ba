using System.Collections.Frozen;
using Exchange.Contracts.Errors;

namespace Exchange.Catalog.Calendar;

/// <summary>The published years. Days that no notice names follow the week: Saturday and Sunday are off.</summary>
/// <param name="Years">Years that are published; of any other year nothing is known.</param>
/// <param name="Days">Days that a notice names: true for a day off, false for a make-up working day.</param>
internal sealed record WorkingDayCalendar(FrozenSet<int> Years, FrozenDictionary<DateOnly, bool> Days)
{
    public static WorkingDayCalendar From(IEnumerable<int> years, IEnumerable<KeyValuePair<DateOnly, bool>> days) => new(years.ToFrozenSet(), days.ToFrozenDictionary());

    /// <returns>Fails with <see cref="ErrorCodes.CalendarYearMissing"/>: a year that is not published is never guessed.</returns>
    public Result<bool> IsWorkingDay(DateOnly day)
    {
        if (!Years.Contains(day.Year)) return ErrorCodes.CalendarYearMissing.With(("year", day.Year));
        return Days.TryGetValue(day, out var isOff) ? !isOff : day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);
    }
}

/// <summary>Limits in working days (Administrative Licensing Law, art. 82; Civil Code, art. 201).</summary>
internal static class WorkingDays
{
    /// <summary>The last day of a limit of <paramref name="count"/> working days. The day it begins on is not counted.</summary>
    /// <param name="count">0 or more; 0 answers with the day itself.</param>
    public static Result<DateOnly> Add(WorkingDayCalendar calendar, DateOnly from, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var day = from;
        while (count > 0)
        {
            day = day.AddDays(1);
            var isWorking = calendar.IsWorkingDay(day);
            if (isWorking.IsError) return isWorking.Error;
            if (isWorking.Value) count--;
        }

        return day;
    }
}
