using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Events;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>
/// Events inside a message. As JSON they cost more than storing them: each repeats its names and is parsed twice. So they travel
/// as one base64 string of <see cref="EventListWriter"/>'s bytes. A JSON list of events is read too.
/// </summary>
internal sealed class EventListConverter : JsonConverter<IReadOnlyList<RunEvent>>
{
    public override IReadOnlyList<RunEvent> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.StartArray)
        {
            return JsonSerializer.Deserialize<List<RunEvent>>(ref reader, options) ?? throw new JsonException("Events are a list.");
        }
        try
        {
            return new EventListReader(reader.GetBytesFromBase64()).Read();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException)
        {
            throw new JsonException("The events of a message can't be read.", exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<RunEvent> value, JsonSerializerOptions options)
    {
        var bytes = new ArrayBufferWriter<byte>(64 * (value.Count + 1));
        new EventListWriter(bytes).Write(value);
        writer.WriteBase64StringValue(bytes.WrittenSpan);
    }
}
