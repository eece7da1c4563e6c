using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trainyard.Contracts.Events.Codec;

/// <summary>
/// Writes the events of a message as one base64 string of <see cref="EventListWriter"/>'s bytes. JSON would cost more than storing the
/// events: each repeats its names and is parsed twice. A JSON list of events can be read too.
/// </summary>
public sealed class EventListConverter : JsonConverter<IReadOnlyList<RunEvent>>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The bytes are corrupt or of an unsupported version.</exception>
    public override IReadOnlyList<RunEvent> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.StartArray)
        {
            return JsonSerializer.Deserialize<List<RunEvent>>(ref reader, options) ?? throw new JsonException("Events must be a list.");
        }
        try
        {
            return new EventListReader(reader.GetBytesFromBase64()).Read();
        }
        catch (Exception exception) when (exception
            is FormatException or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException)
        {
            throw new JsonException("The events of a message can't be read.", exception);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<RunEvent> value, JsonSerializerOptions options)
    {
        var bytes = new ArrayBufferWriter<byte>(64 * (value.Count + 1));
        new EventListWriter(bytes).Write(value);
        writer.WriteBase64StringValue(bytes.WrittenSpan);
    }
}
