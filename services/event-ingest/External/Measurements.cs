using System.Text.Json;

namespace Trainyard.EventIngest.External;

/// <summary>Reads an object of names and numbers. NaN and infinities are strings; <see cref="EventReader"/> quotes the literals.</summary>
internal static class Measurements
{
    public static Dictionary<string, double> Read(Members envelope, IngestOptions limits, ProblemList problems)
    {
        const string Member = "measurements";
        if (envelope.Any(Member) is not { } source)
        {
            return [];
        }
        if (source.ValueKind is not JsonValueKind.Object)
        {
            envelope.Report(Member, $"must be an object of names and numbers, not {Members.Kind(source)}");
            return [];
        }
        var count = source.GetPropertyCount();
        if (count > limits.MaxMeasurements)
        {
            envelope.Report(Member, $"must hold at most {limits.MaxMeasurements} values, not {count} (INGEST__MAX_MEASUREMENTS)");
            return [];
        }
        var measurements = new Dictionary<string, double>(count, StringComparer.Ordinal);
        foreach (var member in source.EnumerateObject())
        {
            var (name, fault) = JsonText.Name(member);
            if (name is null || NameFault(name, limits) is not null)
            {
                problems.Add(envelope.Field(Member), $"has a name that {fault ?? NameFault(name ?? "", limits)}");
            }
            else if (Number(member.Value) is not { } number)
            {
                problems.Add($"{envelope.Field(Member)}.{name}", NumberFault(member.Value));
            }
            else if (!measurements.TryAdd(name, number))
            {
                problems.Add($"{envelope.Field(Member)}.{name}", "is given twice");
            }
        }
        return measurements;
    }

    private static string? NameFault(string name, IngestOptions limits) =>
        string.IsNullOrWhiteSpace(name) ? "is empty"
        : name.Length > limits.MaxNameLength
            ? $"has {name.Length} characters; at most {limits.MaxNameLength} are allowed (INGEST__MAX_NAME_LENGTH)"
        : name.AsSpan().IndexOfAnyInRange('\0', '\u001f') >= 0 ? "contains a control character"
        : null;

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble() is var number && double.IsFinite(number) ? number : null,
        JsonValueKind.String when value.ValueEquals("NaN"u8) => double.NaN,
        JsonValueKind.String when value.ValueEquals("Infinity"u8) => double.PositiveInfinity,
        JsonValueKind.String when value.ValueEquals("-Infinity"u8) => double.NegativeInfinity,
        _ => null,
    };

    private static string NumberFault(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => "is too large for a 64-bit floating-point number",
        JsonValueKind.String => "must be a number; the only strings allowed are \"NaN\", \"Infinity\" and \"-Infinity\"",
        _ => $"must be a number, or \"NaN\", \"Infinity\" or \"-Infinity\", not {Members.Kind(value)}",
    };
}
