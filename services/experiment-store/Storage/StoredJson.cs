using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// JSON that is stored and returned as the original text, so that strings which a database or serializer would refuse survive.
/// </summary>
[JsonConverter(typeof(Converter))]
internal sealed record StoredJson(string Text)
{
    public static StoredJson? Of(string? text) => text is null ? null : new(text);

    internal sealed class Converter : JsonConverter<StoredJson>
    {
        public override StoredJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonElement.ParseValue(ref reader).GetRawText());

        public override void Write(Utf8JsonWriter writer, StoredJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
