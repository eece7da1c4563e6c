using System.Globalization;
using System.Text.Json;

namespace Trainyard.ExperimentStore.Experiments.Compare;

/// <summary>Orders what runs are grouped by: numbers by size, then false, true, text and the rest, and last what a run doesn't have.</summary>
internal static class GroupKey
{
    public static Comparer<JsonElement[]> Order { get; } = Comparer<JsonElement[]>.Create((one, other) =>
        one.Zip(other, Compare).FirstOrDefault(difference => difference != 0));

    /// <summary>Equal for equal values: 1, 1.0 and 1e0 are one number.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined => "",
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number.ToString("R", CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };

    private static int Compare(JsonElement one, JsonElement other) => (Rank(one) - Rank(other), one.ValueKind) switch
    {
        (not 0 and var kinds, _) => kinds,
        (_, JsonValueKind.Number) => one.GetDouble().CompareTo(other.GetDouble()),
        (_, JsonValueKind.String) => string.CompareOrdinal(one.GetString(), other.GetString()),
        _ => string.CompareOrdinal(Text(one), Text(other)),
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
