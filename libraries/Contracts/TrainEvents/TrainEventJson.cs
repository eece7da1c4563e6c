using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Trainyard.Contracts.Json;

namespace Trainyard.Contracts.TrainEvents;

/// <summary>The JSON form of <see cref="TrainEvent"/>, told apart by <c>type</c>.</summary>
public static class TrainEventJson
{
    private const string Discriminator = "type";

    private static readonly FrozenDictionary<string, JsonSerializerOptions> Strict =
        TrainEventTypes.Groups.ToFrozenDictionary(group => group, Create, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, JsonSerializerOptions> Tolerant =
        TrainEventTypes.Groups.ToFrozenDictionary(group => group, CreateTolerant, StringComparer.Ordinal);

    /// <summary>Options that write and read a group's events, and refuse unknown members.</summary>
    public static JsonSerializerOptions OptionsOf(string group) => Strict[group];

    /// <summary>Writes an event.</summary>
    public static byte[] Write(TrainEvent happened) => JsonSerializer.SerializeToUtf8Bytes(happened, OptionsOf(happened.Group));

    /// <summary>Reads an event. Ignores members that this version doesn't know, so that newer producers are understood.</summary>
    /// <returns>Null for a type that this version doesn't know.</returns>
    /// <exception cref="JsonException">It is no event.</exception>
    public static TrainEvent? Read(ReadOnlySpan<byte> json)
    {
        var root = JsonSerializer.Deserialize<JsonElement>(json);
        var type = root.ValueKind is JsonValueKind.Object && root.TryGetProperty(Discriminator, out var named)
            && named.ValueKind is JsonValueKind.String
            ? named.GetString() ?? ""
            : throw new JsonException("An event is an object with a type.");
        return TrainEventTypes.FindGroup(type) is { } group
            ? root.Deserialize<TrainEvent>(Tolerant[group]) is { } happened ? happened with { Group = group } : null
            : null;
    }

    private static JsonSerializerOptions Create(string group)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        WireJson.Apply(options);
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { contract => NameTypes(contract, group) } };
        options.MakeReadOnly();
        return options;
    }

    private static JsonSerializerOptions CreateTolerant(string group)
    {
        var options = new JsonSerializerOptions(Create(group))
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
            AllowOutOfOrderMetadataProperties = true,
        };
        options.MakeReadOnly();
        return options;
    }

    private static void NameTypes(JsonTypeInfo contract, string group)
    {
        if (contract.Type != typeof(TrainEvent))
        {
            return;
        }
        contract.PolymorphismOptions = new()
        {
            TypeDiscriminatorPropertyName = Discriminator,
            UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization,
        };
        foreach (var record in TrainEventTypes.ByName.Values)
        {
            contract.PolymorphismOptions.DerivedTypes.Add(new(record, TrainEventTypes.NameOf(group, record)));
        }
    }
}
