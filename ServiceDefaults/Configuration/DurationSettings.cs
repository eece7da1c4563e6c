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

    /// <summary>The section with its durations as the binder reads them. Values that are no numbers stay as they are.</summary>
    public static IConfiguration Converted(IConfigurationSection section, Type options)
    {
        var durations = from property in options.GetProperties()
                        where property.PropertyType == typeof(TimeSpan)
                        let key = property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name
                        where key is not null && section[key] is { Length: > 0 }
                        let duration = Parse(key, section[key])
                        where duration is not null
                        select KeyValuePair.Create(key, duration?.ToString("c", CultureInfo.InvariantCulture));
        return new ConfigurationBuilder().AddConfiguration(section).AddInMemoryCollection(durations).Build();
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
