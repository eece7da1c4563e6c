using System.Text.Json;
using System.Text.Json.Nodes;

namespace Trainyard.SystemTests;

/// <summary>Holds JSON against the schemas of an OpenAPI document: types, enums, required and unknown members.</summary>
internal sealed class SchemaCheck(JsonObject document)
{
    public IEnumerable<string> Faults(JsonNode? value, JsonNode? schema, string path)
    {
        var resolved = Resolve(schema);
        if (Alternatives(resolved) is { Count: > 0 } alternatives)
        {
            var best = alternatives.Select(one => Faults(value, one, path).ToList()).MinBy(faults => faults.Count) ?? [];
            return best;
        }
        var types = Types(resolved);
        if (types.Count > 0 && !types.Any(type => IsOfType(value, type)))
        {
            return [$"{path} is {value?.ToJsonString() ?? "null"}, not {string.Join(" or ", types)}"];
        }
        if (resolved["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value)))
        {
            return [$"{path} is {value?.ToJsonString()}, not one of {allowed.ToJsonString()}"];
        }
        return value switch
        {
            JsonObject members => OfObject(members, resolved, path),
            JsonArray items when resolved["items"] is { } item => items.SelectMany((one, index) => Faults(one, item, $"{path}[{index}]")),
            _ => [],
        };
    }

    private IEnumerable<string> OfObject(JsonObject members, JsonObject schema, string path)
    {
        var properties = schema["properties"] as JsonObject;
        var others = schema["additionalProperties"];
        foreach (var (name, member) in members)
        {
            var own = properties?[name];
            if (own is null && properties is not null && others is not JsonObject)
            {
                yield return $"{path}.{name} is not known";
            }
            foreach (var fault in own is null && others is not JsonObject ? [] : Faults(member, own ?? others, $"{path}.{name}"))
            {
                yield return fault;
            }
        }
        foreach (var missing in (schema["required"] as JsonArray ?? []).Select(name => (string?)name ?? "").Where(name => !members.ContainsKey(name)))
        {
            yield return $"{path}.{missing} is missing";
        }
    }

    private JsonObject Resolve(JsonNode? schema)
    {
        var found = schema as JsonObject ?? [];
        while ((string?)found["$ref"] is { } reference)
        {
            found = reference.TrimStart('#', '/').Split('/').Aggregate<string, JsonNode?>(document, (node, name) => node?[name]) as JsonObject
                ?? throw new InvalidOperationException($"{reference} leads nowhere.");
        }
        return found;
    }

    private static List<JsonNode?> Alternatives(JsonObject schema) => [.. (schema["oneOf"] ?? schema["anyOf"]) as JsonArray ?? []];

    private static List<string> Types(JsonObject schema) => schema["type"] switch
    {
        JsonArray many => [.. many.Select(one => (string?)one ?? "")],
        JsonValue one => [(string?)one ?? ""],
        _ => [],
    };

    private static bool IsOfType(JsonNode? value, string type) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("null", JsonValueKind.Null) or ("string", JsonValueKind.String) or ("number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False)
            or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) => true,
        ("integer", JsonValueKind.Number) => value is JsonValue number && number.TryGetValue<long>(out _),
        _ => false,
    };
}
