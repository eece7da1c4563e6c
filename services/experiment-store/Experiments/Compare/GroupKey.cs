using System.Globalization;
using System.Text.Json;

namespace Trainyard.ExperimentStore.Experiments.Compare;

/// <summary>Orders group keys: numbers by value, then false, true, text, other JSON, and last missing values.</summary>
internal static class GroupKey
{
    public static Comparer<JsonElement[]> Order { get; } = Comparer<JsonElement[]>.Create((left, right) =>
        left.Zip(right, Compare).FirstOrDefault(difference => difference != 0));

    /// <summary>The same text for equal values: 1, 1.0 and 1e0 are one number.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "",
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) =>
            number.ToString("R", CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };

    private static int Compare(JsonElement left, JsonElement right) => (Rank(left) - Rank(right), left.ValueKind) switch
    {
        (not 0 and var kinds, _) => kinds,
        (_, JsonValueKind.Number) => left.GetDouble().CompareTo(right.GetDouble()),
        (_, JsonValueKind.String) => string.CompareOrdinal(left.GetString(), right.GetString()),
        _ => string.CompareOrdinal(Text(left), Text(right)),
    };

    private static int Rank(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => 0,
        JsonValueKind.False => 1,
        JsonValueKind.True => 2,
        JsonValueKind.String => 3,
        JsonValueKind.Undefined => 5,
        _ => 4,
    };
}
