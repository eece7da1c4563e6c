using System.Globalization;
using System.Text.Json;
using Trainyard.Contracts;

namespace Trainyard.EventIngest.External;

/// <summary>Typed access to the members of an object. A missing member is null; an invalid one is reported and null.</summary>
internal readonly struct Members(JsonElement source, string path, ProblemList problems)
{
    public string Field(string name) => $"{path}.{name}";

    public void Report(string name, string message) => problems.Add(Field(name), message);

    public JsonElement? Any(string name) =>
        source.ValueKind is JsonValueKind.Object
        && source.TryGetProperty(name, out var value)
        && value.ValueKind is not JsonValueKind.Null
            ? value
            : null;

    public string? Text(string name, int maxLength)
    {
        if (Any(name) is not { } value)
        {
            return null;
        }
        if (value.ValueKind is not JsonValueKind.String)
        {
            return Refuse<string>(name, $"must be a string, not {Kind(value)}");
        }
        var (text, fault) = JsonText.Read(value);
        return text switch
        {
            null => Refuse<string>(name, fault ?? "must be a string"),
            _ when text.Length > maxLength => Refuse<string>(name, $"must have at most {maxLength} characters, not {text.Length}"),
            _ => text,
        };
    }

    /// <summary>An id, written as text or as a whole number.</summary>
    public string? Id(string name)
    {
        if (Any(name) is { } value && WholeNumber.TryRead(value, out var number) && number >= 0)
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }
        return Text(name, int.MaxValue) switch
        {
            null => null,
            var id when Identifier.IsValid(id) => id,
            _ => Refuse<string>(name, Identifier.Rule),
        };
    }

    public bool? Flag(string name) => Any(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => RefuseValue<bool>(name, $"must be true or false, not {Kind(value)}"),
    };

    /// <summary>A whole number by the rule of <see cref="WholeNumber"/>.</summary>
    public long? Whole(string name, long min = 0, long max = WholeNumber.Max)
    {
        if (Any(name) is not { } value)
        {
            return null;
        }
        return WholeNumber.TryRead(value, out var number) && number >= min && number <= max
            ? number
            : RefuseValue<long>(name, value.ValueKind is JsonValueKind.Number
                ? $"{WholeNumber.Rule(min, max)}, not {Shortened(value)}"
                : $"{WholeNumber.Rule(min, max)}, not {Kind(value)}");
    }

    /// <summary>A non-negative number.</summary>
    public double? Amount(string name, double max = double.MaxValue)
    {
        if (Any(name) is not { } value)
        {
            return null;
        }
        var number = value.ValueKind is JsonValueKind.Number ? value.GetDouble() : double.NaN;
        return number >= 0 && number <= max
            ? number
            : RefuseValue<double>(name, $"must be a number from 0 to {max:R}");
    }

    /// <summary>An object of all other members; null if there are none.</summary>
    public JsonElement? Except(string[] names)
    {
        if (source.ValueKind is not JsonValueKind.Object)
        {
            return null;
        }
        var others = source.EnumerateObject().Where(member => !names.Contains(member.Name, StringComparer.Ordinal))
            .ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
        return others.Count == 0 ? null : JsonSerializer.SerializeToElement(others);
    }

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    private static string Shortened(JsonElement number)
    {
        const int MaxShown = 40;
        var text = number.GetRawText();
        return text.Length <= MaxShown ? text : $"{text[..MaxShown]}…";
    }

    private T? Refuse<T>(string name, string message) where T : class
    {
        problems.Add(Field(name), message);
        return null;
    }

    private T? RefuseValue<T>(string name, string message) where T : struct
    {
        problems.Add(Field(name), message);
        return null;
    }
}
