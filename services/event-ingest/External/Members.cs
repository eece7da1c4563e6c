using System.Text.Json;
using Trainyard.Contracts;

namespace Trainyard.EventIngest.External;

/// <summary>The members of one object, read as what they should be. One that is absent or null is null; a wrong one is reported and null.</summary>
internal readonly struct Members(JsonElement source, string path, ProblemList problems)
{
    public string Field(string name) => $"{path}.{name}";

    public void Report(string name, string message) => problems.Add(Field(name), message);

    public JsonElement? Any(string name) =>
        source.ValueKind is JsonValueKind.Object && source.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    public string? Text(string name, int longest)
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
            _ when text.Length > longest => Refuse<string>(name, $"must have at most {longest} characters, not {text.Length}"),
            _ => text,
        };
    }

    public string? Id(string name) => Text(name, int.MaxValue) switch
    {
        null => null,
        var id when Identifier.IsValid(id) => id,
        _ => Refuse<string>(name, Identifier.Rule),
    };

    public bool? Flag(string name) => Any(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => RefuseValue<bool>(name, $"must be true or false, not {Kind(value)}"),
    };

    /// <summary>An integer, also when written as a number without a fraction: <c>10.0</c>.</summary>
    public long? Integer(string name, long least)
    {
        if (Any(name) is not { } value)
        {
            return null;
        }
        const double LargestExact = 1L << 53;
        var rule = $"must be an integer from {least} to {long.MaxValue}";
        if (value.ValueKind is not JsonValueKind.Number)
        {
            return RefuseValue<long>(name, $"{rule}, not {Kind(value)}");
        }
        if (!value.TryGetInt64(out var integer))
        {
            var number = value.GetDouble();
            if (!double.IsInteger(number) || Math.Abs(number) > LargestExact)
            {
                return RefuseValue<long>(name, rule);
            }
            integer = (long)number;
        }
        return integer >= least ? integer : RefuseValue<long>(name, rule);
    }

    /// <summary>A number from 0 up.</summary>
    public double? Amount(string name, double most = double.MaxValue)
    {
        if (Any(name) is not { } value)
        {
            return null;
        }
        var number = value.ValueKind is JsonValueKind.Number ? value.GetDouble() : double.NaN;
        return number >= 0 && number <= most
            ? number
            : RefuseValue<double>(name, $"must be a number from 0 to {most:R}");
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
