using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.ExperimentStore.Storage;

/// <summary>
/// JSON kept and answered as the text it came as: neither a database nor a serializer has to agree with what a caller put
/// into a string.
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
