using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Json;

/// <summary>Reads an id written as text or as a whole number: <c>42</c> becomes <c>"42"</c>.</summary>
public sealed class IdentifierConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        _ when WholeNumber.TryRead(ref reader, out var number) => number.ToString(CultureInfo.InvariantCulture),
        _ => throw new JsonException("must be text or a whole number"),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
