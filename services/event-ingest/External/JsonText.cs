using System.Text.Json;

namespace Trainyard.EventIngest.External;

/// <summary>Checks for text that JSON allows but databases or later readers do not.</summary>
internal static class JsonText
{
    private const string Nul = "must not contain the character U+0000";
    private const string LoneSurrogate = "must be text: it contains half of a surrogate pair";

    /// <summary>A string's text, or why it is invalid.</summary>
    public static (string? Text, string? Fault) Read(JsonElement value) => Read(value, static value => value.GetString());

    /// <summary>A member's name, or why it is invalid.</summary>
    public static (string? Text, string? Fault) Name(JsonProperty member) => Read(member, static member => member.Name);

    /// <summary>Reports duplicate members, invalid strings, and nesting deeper than <paramref name="depth"/>.</summary>
    public static void Check(JsonElement value, string field, int depth, ProblemList problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array or JsonValueKind.Object when depth == 0:
                problems.Add(field, "is nested too deep");
                break;
            case JsonValueKind.String when Read(value).Fault is { } fault:
                problems.Add(field, fault);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    if (item.ValueKind is JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object)
                    {
                        Check(item, $"{field}[{index}]", depth - 1, problems);
                    }
                    index++;
                }
                break;
            case JsonValueKind.Object:
                CheckMembers(value, field, depth, problems);
                break;
        }
    }

    private static void CheckMembers(JsonElement value, string field, int depth, ProblemList problems)
    {
        var names = value.GetPropertyCount() > 1 ? new HashSet<string>(StringComparer.Ordinal) : null;
        foreach (var member in value.EnumerateObject())
        {
            var (name, fault) = Name(member);
            if (name is null)
            {
                problems.Add(field, $"has a member whose name {fault}");
                continue;
            }
            if (names?.Add(name) == false)
            {
                problems.Add($"{field}.{name}", "is given twice");
            }
            if (member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object)
            {
                Check(member.Value, $"{field}.{name}", depth - 1, problems);
            }
        }
    }

    private static (string? Text, string? Fault) Read<T>(T source, Func<T, string?> read)
    {
        try
        {
            return read(source) is { } text && !text.Contains('\0', StringComparison.Ordinal) ? (text, null) : (null, Nul);
        }
        catch (InvalidOperationException)
        {
            // System.Text.Json throws this for an escaped lone surrogate.
            return (null, LoneSurrogate);
        }
    }
}
