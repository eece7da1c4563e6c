using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Events.Codec;
using Trainyard.Contracts.Json;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>JSON options of messages. Replicas of different versions share a broker and must read each other's messages.</summary>
internal static class MessageJson
{
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        // MassTransit indents and writes nulls by default; without them, a batch of small events is half the size.
        options.WriteIndented = false;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new UtcTimeConverter());
        options.Converters.Insert(0, new EventListConverter());
        return options;
    }
}
