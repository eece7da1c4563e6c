using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.RunFormats.Json;

/// <summary>A string that holds JSON. Its text is kept as it is, so digits and half surrogates survive.</summary>
public sealed class RawJsonConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonElement.ParseValue(ref reader).GetRawText();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value, skipInputValidation: true);
}
