using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Json;

/// <summary>Tags as an object of strings. A list of names is read as tags with empty values.</summary>
public sealed class TagsConverter : JsonConverter<IReadOnlyDictionary<string, string>>
{
    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var end = reader.TokenType switch
        {
            JsonTokenType.StartObject => JsonTokenType.EndObject,
            JsonTokenType.StartArray => JsonTokenType.EndArray,
            _ => throw new WireJsonException("must be an object of strings or a list of names"),
        };
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != end)
        {
            var name = Text(ref reader);
            tags[name] = end is JsonTokenType.EndObject && reader.Read() ? Text(ref reader) : "";
        }
        return tags;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, text) in value)
        {
            writer.WriteString(name, text);
        }
        writer.WriteEndObject();
    }

    private static string Text(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.GetString() is { } text
            ? text
            : throw new WireJsonException("must have strings for names and values");
}
