using System.Text.Json;

namespace Trainyard.Tokenizers;

/// <summary>Members of a <c>tokenizer.json</c>; what is wrong with one is refused by its name.</summary>
internal static class JsonMembers
{
    public static JsonElement Object(JsonElement parent, string name) => Member(parent, name, JsonValueKind.Object, "an object");

    public static JsonElement.ArrayEnumerator Array(JsonElement parent, string name) =>
        Member(parent, name, JsonValueKind.Array, "a list").EnumerateArray();

    public static string Text(JsonElement parent, string name) => Member(parent, name, JsonValueKind.String, "a text").GetString() ?? "";

    public static bool IsTrue(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>A member that may be missing or null; null then.</summary>
    public static JsonElement? Optional(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static void Require(JsonElement parent, string name, string value)
    {
        if (Text(parent, name) is var found && !string.Equals(found, value, StringComparison.Ordinal))
        {
            throw new TokenizerFormatException($"'{name}' is '{found}'; only {value} is supported.");
        }
    }

    public static void Refuse(JsonElement parent, string name, Func<JsonElement, bool> isUnsupported)
    {
        if (parent.TryGetProperty(name, out var value) && isUnsupported(value))
        {
            throw new TokenizerFormatException($"'{name}' is {value.GetRawText()}, which is not supported.");
        }
    }

    private static JsonElement Member(JsonElement parent, string name, JsonValueKind kind, string what) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var member) && member.ValueKind == kind
            ? member
            : throw new TokenizerFormatException($"'{name}' is missing or not {what}.");
}
