using System.Text.Json;
using System.Text.Json.Serialization;
using Trainyard.Contracts.Json;

namespace Trainyard.ServiceDefaults.Messaging;

/// <summary>How messages are written as JSON. Replicas of two versions share a broker: what one writes, the other must read.</summary>
internal static class MessageJson
{
    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        // MassTransit indents and writes nulls; a batch of small events is half the size without.
        options.WriteIndented = false;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new UtcTimeConverter());
        options.Converters.Insert(0, new EventListConverter());
        return options;
    }
}
