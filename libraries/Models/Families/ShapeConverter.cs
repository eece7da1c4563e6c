using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Models.Families;

/// <summary>A shape as JSON: its members, and its family. Without a family it is a GPT-2, as earlier versions wrote it.</summary>
internal sealed class ShapeConverter : JsonConverter<LanguageModelShape>
{
    private const string EarlierFamily = "gpt2";

    public override bool CanConvert(Type typeToConvert) => typeToConvert == typeof(LanguageModelShape);

    public override LanguageModelShape Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        var name = json.RootElement.TryGetProperty(Member(options), out var family) ? family.GetString() : EarlierFamily;
        var known = ModelFamilies.All.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new JsonException($"There is no model family '{name}'.");
        return (LanguageModelShape?)json.RootElement.Deserialize(known.ShapeType, options)
            ?? throw new JsonException("A shape can't be null.");
    }

    public override void Write(Utf8JsonWriter writer, LanguageModelShape value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, value.GetType(), options);

    private static string Member(JsonSerializerOptions options) =>
        options.PropertyNamingPolicy?.ConvertName(nameof(LanguageModelShape.Family)) ?? nameof(LanguageModelShape.Family);
}
