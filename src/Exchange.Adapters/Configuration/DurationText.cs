using System.Globalization;

namespace Exchange.Adapters.Configuration;

/// <summary>Durations as they are written in adapter files: a whole number and <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
internal static class DurationText
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)),
    ];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        foreach (var (unit, length) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!int.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) continue;
            duration = length * count;
            return true;
        }

        duration = default;
        return false;
    }

    public static string Write(TimeSpan duration)
    {
        var (unit, length) = Units.Last(u => duration.Ticks % u.Length.Ticks == 0 && (duration > TimeSpan.Zero || u.Unit == "s"));
        return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / length.Ticks}{unit}");
    }
}
