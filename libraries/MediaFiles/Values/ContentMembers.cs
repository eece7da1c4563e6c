using System.Text.Json;

namespace Trainyard.MediaFiles.Values;

/// <summary>Typed access to the members of a table or histogram. Unknown members are refused.</summary>
internal readonly struct ContentMembers
{
    private readonly JsonElement content;

    public ContentMembers(JsonElement content, string what, params string[] known)
    {
        if (content.ValueKind is not JsonValueKind.Object)
        {
            throw new InvalidMediaException($"must be an object: {what}");
        }
        foreach (var member in content.EnumerateObject())
        {
            if (!known.Contains(member.Name, StringComparer.Ordinal))
            {
                throw new InvalidMediaException($"has the unknown member '{Shown(member.Name)}'. Members: {string.Join(", ", known)}");
            }
        }
        this.content = content;
    }

    public JsonElement? Find(string name) =>
        content.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public JsonElement Require(string name) => Find(name) ?? throw new InvalidMediaException($"must have the member '{name}'");

    public void Refuse(params string[] names)
    {
        foreach (var name in names)
        {
            if (Find(name) is not null)
            {
                throw new InvalidMediaException($"must have either values, or edges and counts; '{name}' is of the other form");
            }
        }
    }

    public static double[] Numbers(string name, JsonElement list)
    {
        if (list.ValueKind is not JsonValueKind.Array)
        {
            throw new InvalidMediaException($"must have a list of numbers as '{name}'");
        }
        var numbers = new double[list.GetArrayLength()];
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            numbers[index] = Number(item) ?? throw new InvalidMediaException($"must have numbers as '{name}'; number {index} is none");
            index++;
        }
        return numbers;
    }

    public long? Whole(string name, long min = 0, long max = 1L << 53)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }
        return Number(value) is { } number && Math.Floor(number) == number && number >= min && number <= max
            ? (long)number
            : throw new InvalidMediaException($"must have a whole number from {min} to {max} as '{name}'");
    }

    private static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String when value.ValueEquals("NaN"u8) => double.NaN,
        JsonValueKind.String when value.ValueEquals("Infinity"u8) => double.PositiveInfinity,
        JsonValueKind.String when value.ValueEquals("-Infinity"u8) => double.NegativeInfinity,
        _ => null,
    };

    private static string Shown(string name) => name.Length <= 40 ? name : $"{name[..40]}…";
}
