using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Models.Families;

/// <summary>A shape as JSON: its members, and its family. Without a family it is a GPT-2, as earlier versions wrote it.</summary>
internal sealed class ShapeConverter : JsonConverter<NetworkShape>
{
    private const string EarlierFamily = "gpt2";

    public override bool CanConvert(Type typeToConvert) => typeToConvert == typeof(NetworkShape);

    public override NetworkShape Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var json = JsonDocument.ParseValue(ref reader);
        var name = json.RootElement.TryGetProperty(Member(options), out var family) ? family.GetString() : EarlierFamily;
        if (name is null || !ModelFamilies.Has(name))
        {
            return new ForeignShape(name ?? "", json.RootElement.GetRawText());
        }
        return (NetworkShape?)json.RootElement.Deserialize(ModelFamilies.Named(name).ShapeType, options)
            ?? throw new JsonException("A shape can't be null.");
    }

    public override void Write(Utf8JsonWriter writer, NetworkShape value, JsonSerializerOptions options)
    {
        if (value is ForeignShape foreign)
        {
            writer.WriteRawValue(foreign.Json);
            return;
        }
        JsonSerializer.Serialize(writer, value, value.GetType(), options);
    }

    private static string Member(JsonSerializerOptions options) =>
        options.PropertyNamingPolicy?.ConvertName(nameof(NetworkShape.Family)) ?? nameof(NetworkShape.Family);
}
