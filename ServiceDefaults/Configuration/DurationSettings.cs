using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Trainyard.ServiceDefaults.Configuration;

/// <summary>
/// Settings that are durations: a <see cref="TimeSpan"/> whose key ends with its unit. The value is a number of that unit, such as
/// <c>TRAINER__LEASE_SECONDS=0.5</c>. The binder alone would read 30 as thirty days.
/// </summary>
internal static class DurationSettings
{
    private static readonly (string Ending, TimeSpan Unit)[] Units =
    [
        ("_MS", TimeSpan.FromMilliseconds(1)),
        ("_SECS", TimeSpan.FromSeconds(1)),
        ("_SECONDS", TimeSpan.FromSeconds(1)),
        ("_HOURS", TimeSpan.FromHours(1)),
        ("_DAYS", TimeSpan.FromDays(1)),
    ];

    /// <summary>
    /// The section as the binder reads it: durations converted, and empty values left out unless they are text, so that
    /// <c>TRAINER__LEASE_SECONDS=</c> leaves the default. Values that are no numbers stay as they are.
    /// </summary>
    public static IConfiguration Converted(IConfigurationSection section, Type options)
    {
        // A chained configuration would drop empty text as well, and with it the refusal of a required setting that is empty.
        var values = section.AsEnumerable(makePathsRelative: true)
            .Where(pair => pair is { Key.Length: > 0, Value: not null })
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (var property in options.GetProperties())
        {
            if (property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name is not { } key
                || property.PropertyType == typeof(string) || !values.TryGetValue(key, out var value))
            {
                continue;
            }
            if (value is not { Length: > 0 })
            {
                values.Remove(key);
            }
            else if (property.PropertyType == typeof(TimeSpan) && Parse(key, value) is { } duration)
            {
                values[key] = duration.ToString("c", CultureInfo.InvariantCulture);
            }
        }
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    /// <summary>The duration, at most <see cref="TimeSpan.MaxValue"/>; null if the value is no number.</summary>
    public static TimeSpan? Parse(string key, string? value)
    {
        var unit = Units.Single(unit => key.EndsWith(unit.Ending, StringComparison.Ordinal)).Unit;
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var count) || double.IsNaN(count))
        {
            return null;
        }
        var ticks = count * unit.Ticks;
        return ticks >= TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue
            : ticks <= TimeSpan.MinValue.Ticks ? TimeSpan.MinValue
            : TimeSpan.FromTicks((long)Math.Round(ticks));
    }
}
