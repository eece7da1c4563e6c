using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.TrainEvents;

namespace Trainyard.Contracts.Tests.TrainEvents;

/// <summary>The files in docs/events that are made from the records: a JSON Schema, and types for TypeScript.</summary>
internal static class EventFiles
{
    public const string Command =
        "WRITE_EVENT_FILES=1 dotnet test tests/Contracts.Tests -c Release --filter FullyQualifiedName~EventFileTests";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    private static readonly NullabilityOf Nullability = new();

    /// <summary>The content of each file, by its name.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["events.schema.json"] = Schema(),
        ["events.d.ts"] = TypeScript(),
    };

    private static string Schema()
    {
        var definitions = new JsonObject();
        var exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };
        foreach (var (name, record) in Records())
        {
            var schema = OptionsOf(record).GetJsonSchemaAsNode(record, exporter).AsObject();
            var properties = schema["properties"]?.AsObject() ?? [];
            properties.Remove("type");
            properties.Insert(0, "type", new JsonObject { ["enum"] = new JsonArray([.. TypesOf(record).Select(type => (JsonNode)type)]) });
            // Every member is always written. Readers ignore what they don't know, so further members are allowed.
            schema["required"] = new JsonArray([.. properties.Select(property => (JsonNode)property.Key)]);
            schema.Remove("additionalProperties");
            schema["type"] = "object";
            schema.Insert(0, "description", Comments.Of(record));
            definitions[name] = schema;
        }
        var document = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Training events of Trainyard",
            ["description"] = $"Made from libraries/Contracts/TrainEvents by: {Command}",
            ["oneOf"] = new JsonArray([.. definitions.Select(pair => new JsonObject { ["$ref"] = $"#/$defs/{pair.Key}" })]),
            ["$defs"] = definitions,
        };
        return document.ToJsonString(Readable) + "\n";
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = context.TypeInfo.Type;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        var isNullable = context.PropertyInfo is { } property && Nullability.MayBeNull(property);
        JsonNode made = plain switch
        {
            _ when plain == typeof(long) || plain == typeof(int) => new JsonObject { ["type"] = Types("integer") },
            _ when plain == typeof(double) => new JsonObject
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["type"] = Types("number") },
                    new JsonObject { ["enum"] = new JsonArray("NaN", "Infinity", "-Infinity") }),
            },
            _ when plain == typeof(DateTimeOffset) => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            _ when plain == typeof(UserId) => new JsonObject { ["type"] = Types("string", "integer") },
            _ when plain == typeof(string) => new JsonObject { ["type"] = Types("string") },
            _ => schema,
        };
        if (context.PropertyInfo is { } described && made is JsonObject member)
        {
            member.Insert(0, "description", Comments.Of(described));
        }
        return made;

        JsonNode Types(params string[] names) => isNullable || names.Length > 1
            ? new JsonArray([.. names.Concat(isNullable ? ["null"] : []).Select(name => (JsonNode)name)])
            : names[0];
    }

    private static string TypeScript()
    {
        var text = new StringBuilder();
        text.Append("// Made from libraries/Contracts/TrainEvents by:\n// ").Append(Command).Append("\n\n");
        text.Append("/** A number; JSON has no NaN and no infinities, so these are strings. */\n");
        text.Append("export type Num = number | \"NaN\" | \"Infinity\" | \"-Infinity\";\n");
        foreach (var (name, record) in Records())
        {
            text.Append($"\n/** {Comments.Of(record)} */\nexport interface {record.Name} {{\n");
            text.Append($"  type: {string.Join(" | ", TypesOf(record).Select(type => $"\"{type}\""))};\n");
            var members = OptionsOf(record).GetTypeInfo(record).Properties;
            foreach (var property in members.Where(property => property is { Get: not null, Name: not "type" }))
            {
                text.Append($"  /** {Comments.Of(property)} */\n  {property.Name}: {TypeScriptOf(property)};\n");
            }
            text.Append("}\n");
        }
        var records = Records().Where(pair => pair.Record != typeof(StreamGap)).Select(pair => pair.Record.Name);
        text.Append($"\nexport type TrainEvent =\n  | {string.Join("\n  | ", records)};\n");
        text.Append("\n/** What the data of an event of GET /api/events/stream holds. */\n");
        text.Append("export type StreamMessage = TrainEvent | StreamGap;\n");
        return text.ToString();
    }

    private static string TypeScriptOf(JsonPropertyInfo property)
    {
        var plain = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var type = plain switch
        {
            { IsEnum: true } => string.Join(
                " | ", Enum.GetNames(plain).Select(word => $"\"{JsonNamingPolicy.SnakeCaseLower.ConvertName(word)}\"")),
            _ when plain == typeof(long) || plain == typeof(int) => "number",
            _ when plain == typeof(double) => "Num",
            _ when plain == typeof(UserId) => "string | number",
            _ when plain == typeof(string) || plain == typeof(Guid) || plain == typeof(DateTimeOffset) => "string",
            _ => throw new NotSupportedException($"{property.Name} has type {plain}, for which there is none in TypeScript."),
        };
        return Nullability.MayBeNull(property) ? $"{type} | null" : type;
    }

    private static IEnumerable<(string Name, Type Record)> Records() =>
        [.. TrainEventTypes.ByName.Select(pair => (pair.Key, pair.Value)), ("gap", typeof(StreamGap))];

    private static IEnumerable<string> TypesOf(Type record) => record == typeof(StreamGap)
        ? [StreamGap.TypeName]
        : TrainEventTypes.Groups.Select(group => TrainEventTypes.NameOf(group, record));

    private static JsonSerializerOptions OptionsOf(Type record) =>
        record == typeof(StreamGap) ? WireJson.Options : TrainEventJson.OptionsOf(TrainEventTypes.Groups[0]);
}
