using System.Globalization;

namespace Trainyard.Notifier.Deliveries;

/// <summary>A time of each day in which nobody gets a new message. It may include midnight.</summary>
internal sealed record QuietHours(TimeOnly From, TimeOnly To, TimeZoneInfo Zone)
{
    /// <summary>Reads <c>22:00-07:00</c>.</summary>
    /// <returns>Null if there is no text, or if it can't be read.</returns>
    public static QuietHours? Parse(string? text, string zone) =>
        text?.Split('-', StringSplitOptions.TrimEntries) is [var from, var to]
        && TryParse(from, out var start) && TryParse(to, out var end) && start != end
        && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)
            ? new(start, end, found)
            : null;

    public static bool TryParse(string? text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>When the quiet hours that hold this time end; null if it is in none.</summary>
    public DateTimeOffset? EndAfter(DateTimeOffset time)
    {
        var local = TimeZoneInfo.ConvertTime(time, Zone);
        return TimeOnly.FromTimeSpan(local.TimeOfDay).IsBetween(From, To) ? NextTime(time, To, Zone) : null;
    }

    /// <summary>The next time after this one that clocks of the zone show the time of day.</summary>
    public static DateTimeOffset NextTime(DateTimeOffset after, TimeOnly clock, TimeZoneInfo zone)
    {
        var day = TimeZoneInfo.ConvertTime(after, zone).Date;
        var next = At(day, clock, zone);
        return next > after ? next : At(day.AddDays(1), clock, zone);
    }

    /// <summary>A time of day that the change to summer time skips counts with the offset from before it.</summary>
    private static DateTimeOffset At(DateTime day, TimeOnly clock, TimeZoneInfo zone)
    {
        var local = DateTime.SpecifyKind(day + clock.ToTimeSpan(), DateTimeKind.Unspecified);
        return new DateTimeOffset(local, zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(-2)) : zone.GetUtcOffset(local));
    }
}
