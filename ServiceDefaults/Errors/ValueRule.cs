using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Trainyard.ServiceDefaults.Errors;

/// <summary>Describes for error messages which JSON values a type allows.</summary>
internal static class ValueRule
{
    private const int MaxShown = 60;

    /// <summary>Completes "must be …"; null for a type that has its own converter.</summary>
    public static string? Of(Type type, JsonSerializerOptions json) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } words => $"one of {string.Join(", ", Words(words, json))}",
        var simple when simple == typeof(bool) => "true or false",
        var simple when simple == typeof(string) => "text",
        var simple when simple == typeof(Guid) => "a UUID",
        var simple when simple == typeof(DateTimeOffset) || simple == typeof(DateTime) =>
            "a time in ISO 8601, such as 2025-10-05T12:34:56.789Z",
        var simple when simple == typeof(int) || simple == typeof(long) => "a whole number",
        var simple when simple == typeof(double) || simple == typeof(float) || simple == typeof(decimal) => "a number",
        _ => null,
    };

    /// <summary>Completes "must be …" for an invalid value; for an integer out of range, it gives the range.</summary>
    /// <param name="value">The invalid value.</param>
    /// <param name="type">The type it should have.</param>
    /// <param name="json">How the API writes values.</param>
    /// <param name="declared">The field's own range, if it declares one.</param>
    public static string? For(string value, Type type, JsonSerializerOptions json, RangeAttribute? declared = null) =>
        IsWhole(value) && Range(type) is { } range
            ? $"a whole number {(declared is null ? range : $"from {Whole(declared.Minimum)} to {Whole(declared.Maximum)}")}"
            : Of(type, json);

    private static bool IsWhole(string value) =>
        value is [.., >= '0' and <= '9'] && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && (double.IsInteger(number) || double.IsInfinity(number));

    private static BigInteger Whole(object limit) => new(Convert.ToDouble(limit, CultureInfo.InvariantCulture));

    /// <summary>Whether a route, query or header value parses as a type.</summary>
    public static bool Allows(Type type, string text) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } words => Enum.TryParse(words, text, ignoreCase: true, out _),
        var simple when simple == typeof(bool) => bool.TryParse(text, out _),
        var simple when simple == typeof(int) => int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        var simple when simple == typeof(long) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
        var simple when simple == typeof(double) => double.TryParse(text, CultureInfo.InvariantCulture, out _),
        var simple when simple == typeof(Guid) => Guid.TryParse(text, out _),
        var simple when simple == typeof(DateTimeOffset) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        _ => true,
    };

    /// <summary>The raw value, shortened.</summary>
    public static string Shown(string raw) => raw.Length <= MaxShown ? raw : $"{raw[..MaxShown]}…";

    /// <summary>The raw value, shortened; "an object" or "a list" for those.</summary>
    public static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => Shown(value.GetRawText()),
    };

    private static string? Range(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var simple when simple == typeof(int) => string.Create(CultureInfo.InvariantCulture, $"from {int.MinValue} to {int.MaxValue}"),
        var simple when simple == typeof(long) => string.Create(CultureInfo.InvariantCulture, $"from {long.MinValue} to {long.MaxValue}"),
        _ => null,
    };

    private static IEnumerable<string> Words(Type type, JsonSerializerOptions json) =>
        from object word in Enum.GetValues(type)
        let text = JsonSerializer.SerializeToElement(word, type, json)
        select text.ValueKind is JsonValueKind.String ? text.GetString() : text.GetRawText();
}
