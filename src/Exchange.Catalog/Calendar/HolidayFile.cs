using System.Text.Json;
using Exchange.Contracts.Errors;

namespace Exchange.Catalog.Calendar;

/// <param name="IsOffDay">False marks a weekend day that is worked to make up for a holiday.</param>
internal sealed record HolidayDay(string Name, DateOnly Date, bool IsOffDay);

/// <summary>One year as published by the State Council, in the JSON layout of holiday-cn: <c>{year, papers, days: [{name, date, isOffDay}]}</c>.</summary>
internal sealed record HolidayFile(int Year, string[] Papers, HolidayDay[] Days)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false };

    /// <returns>Fails with <see cref="ErrorCodes.CalendarInvalid"/>; a file without days is a year that is not published yet, and no calendar.</returns>
    public static Result<HolidayFile> Read(ReadOnlySpan<byte> json)
    {
        HolidayFile? file;
        try
        {
            file = JsonSerializer.Deserialize<HolidayFile>(json, Json);
        }
        catch (JsonException e)
        {
            return Invalid(null, $"JSON, {e.Path}");
        }

        if (file is null or { Days: null }) return Invalid(file?.Year, "days");
        if (file.Year is < 2000 or > 2200) return Invalid(file.Year, "year");
        if (file.Days.Length == 0) return Invalid(file.Year, "days: []");
        if (file.Papers is not { Length: > 0 }) return Invalid(file.Year, "papers");

        // A notice of one year may name days of the turn of the year before or after it.
        var stray = Array.Find(file.Days, d => Math.Abs(d.Date.Year - file.Year) > 1);
        if (stray is not null) return Invalid(file.Year, $"{stray.Date:yyyy-MM-dd}");
        var twice = file.Days.GroupBy(d => d.Date).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? file : Invalid(file.Year, $"{twice.Key:yyyy-MM-dd}");
    }

    private static Error Invalid(int? year, string reason) => ErrorCodes.CalendarInvalid.With(("year", year), ("reason", reason));
}
