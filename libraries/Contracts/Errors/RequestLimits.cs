using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Trainyard.Contracts.Errors;

/// <summary>
/// Checks a request against the limits its properties declare: <see cref="RangeAttribute"/>, <see cref="StringLengthAttribute"/>,
/// <see cref="MaxLengthAttribute"/>, <see cref="AllowedValuesAttribute"/> and <see cref="PresetsAttribute"/>. The API document gives the
/// same limits, so they stand once.
/// A property that is null is within them.
/// </summary>
public static class RequestLimits
{
    /// <summary>The largest integer that a JSON reader which holds numbers as doubles, such as a browser, keeps exactly.</summary>
    public const double MaxExactInteger = (1L << 53) - 1;

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<(PropertyInfo Property, ValidationAttribute Limit)>> Declared = new();

    /// <summary>Every limit the request exceeds, under the property's JSON name.</summary>
    public static IEnumerable<Problem> Check(object request)
    {
        foreach (var (property, limit) in Declared.GetOrAdd(request.GetType(), Read))
        {
            if (property.GetValue(request) is { } value && Exceeded(limit, value) is { } message)
            {
                yield return new(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), message);
            }
        }
    }

    private static (PropertyInfo, ValidationAttribute)[] Read(Type type) =>
    [
        .. from property in type.GetProperties()
           from limit in property.GetCustomAttributes<ValidationAttribute>()
           select (property, limit),
    ];

    private static string? Exceeded(ValidationAttribute limit, object value) => limit switch
    {
        RangeAttribute range => Outside(range, Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        StringLengthAttribute { MinimumLength: 0 } length => value.ToString() is { } text && text.Length > length.MaximumLength
            ? $"must have at most {length.MaximumLength} characters"
            : null,
        StringLengthAttribute length => value.ToString() is { } text
            && (text.Length > length.MaximumLength || text.Length < length.MinimumLength)
            ? $"must have {length.MinimumLength} to {length.MaximumLength} characters"
            : null,
        MaxLengthAttribute items => value is ICollection { Count: var count } && count > items.Length
            ? $"must have at most {items.Length} items, not {count}"
            : null,
        AllowedValuesAttribute words => words.Values.Contains(value)
            ? null
            : $"must be one of {string.Join(", ", words.Values)}, not '{value}'",
        PresetsAttribute presets => presets.IsValid(value)
            ? null
            : $"must be one of {string.Join(", ", presets.Words)}, not '{value}'",
        _ => throw new NotSupportedException($"{limit.GetType().Name} is not a limit that requests may declare."),
    };

    private static string? Outside(RangeAttribute range, double value)
    {
        var min = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var max = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        // A NaN is outside: it compares as false to both.
        var aboveMin = range.MinimumIsExclusive ? value > min : value >= min;
        var belowMax = range.MaximumIsExclusive ? value < max : value <= max;
        if (aboveMin && belowMax)
        {
            return null;
        }
        var (low, high) = (range.MinimumIsExclusive ? "above" : "at least", range.MaximumIsExclusive ? "below" : "at most");
        return range switch
        {
            { Maximum: int.MaxValue or MaxExactInteger } => Text($"must be {low} {min}, not {value}"),
            { MinimumIsExclusive: false, MaximumIsExclusive: false } => Text($"must be from {min} to {max}, not {value}"),
            _ => Text($"must be {low} {min} and {high} {max}, not {value}"),
        };
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
