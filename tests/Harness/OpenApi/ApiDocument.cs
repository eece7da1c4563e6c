using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace Trainyard.Harness.OpenApi;

/// <summary>An OpenAPI document, to hold answers against.</summary>
public sealed class ApiDocument(JsonObject document)
{
    private const string Components = "#/components/schemas/";

    private readonly ConcurrentDictionary<JsonNode, Lazy<JsonSchema>> schemas = new(ReferenceEqualityComparer.Instance);

    /// <summary>What an answer has that the document does not allow; nothing for an address that is not in it.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="path">The request's path, without its query.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="mediaType">The answer's media type; null when it has no body.</param>
    /// <param name="body">The answer's body where it is JSON.</param>
    public IReadOnlyList<string> Faults(string method, string path, int status, string? mediaType, string? body)
    {
        if (Operation(method, path) is not { } operation)
        {
            return [];
        }
        if (operation["responses"]?[status.ToString(CultureInfo.InvariantCulture)] is not JsonObject response)
        {
            return [$"the document has no {status}"];
        }
        if (mediaType is null)
        {
            return [];
        }
        var content = response["content"] as JsonObject ?? [];
        if ((content[mediaType] ?? content["*/*"]) is not { } media)
        {
            return [$"the document has no {mediaType} for {status}"];
        }
        return body is not null && media["schema"] is { } schema ? Faults(JsonElement.Parse(body), schema) : [];
    }

    /// <summary>Where a value is not what one of the document's schemas says.</summary>
    public IReadOnlyList<string> Faults(JsonElement value, JsonNode schema)
    {
        var result = schemas.GetOrAdd(schema, node => new(() => Build(node))).Value
            .Evaluate(value, new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return result.IsValid ? [] :
        [
            .. from detail in result.Details ?? []
               from error in detail.Errors ?? new Dictionary<string, string>(StringComparer.Ordinal)
               select $"{detail.InstanceLocation}: {error.Value} ({detail.EvaluationPath})",
        ];
    }

    private JsonObject? Operation(string method, string path)
    {
        var segments = path.Split('/');
        var found = (from template in document["paths"]?.AsObject() ?? []
                     let parts = template.Key.Split('/')
                     where Matches(parts, segments)
                     orderby parts.Count(part => part.StartsWith('{'))
                     select template.Value).FirstOrDefault();
        return found?[method.ToLowerInvariant()] as JsonObject;
    }

    private static bool Matches(string[] parts, string[] segments) =>
        (parts.Length == segments.Length || (parts[^1] == "{path}" && parts.Length < segments.Length))
        && parts.Zip(segments).All(pair => pair.First == pair.Second || (pair.First.StartsWith('{') && pair.Second.Length > 0));

    /// <summary>A schema by itself, with the components that it leads to.</summary>
    private JsonSchema Build(JsonNode schema)
    {
        var needed = new JsonObject();
        Collect(schema, needed);
        var whole = schema.DeepClone().AsObject();
        whole["$defs"] = needed;
        RemoveExtensions(whole);
        return JsonSchema.FromText(whole.ToJsonString().Replace(Components, "#/$defs/", StringComparison.Ordinal));
    }

    /// <summary>JSON Schema does not know OpenAPI's extensions.</summary>
    private static void RemoveExtensions(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var name in members.Select(member => member.Key)
                .Where(name => name.StartsWith("x-", StringComparison.Ordinal)).ToList())
            {
                members.Remove(name);
            }
        }
        foreach (var inner in node switch { JsonObject inside => inside.Select(member => member.Value), JsonArray items => items, _ => [] })
        {
            RemoveExtensions(inner);
        }
    }

    /// <summary>JSON Schema does not know the keyword, and the alternatives tell themselves apart.</summary>
    private static JsonNode? WithoutDiscriminator(JsonNode? schema)
    {
        var copy = schema?.DeepClone();
        (copy as JsonObject)?.Remove("discriminator");
        return copy;
    }

    private void Collect(JsonNode? node, JsonObject needed)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["$ref"] is JsonValue reference && (string?)reference is { } target
                    && !needed.ContainsKey(target[Components.Length..]))
                {
                    var component = document["components"]?["schemas"]?[target[Components.Length..]];
                    needed[target[Components.Length..]] = WithoutDiscriminator(component);
                    Collect(component, needed);
                }
                foreach (var (_, member) in members)
                {
                    Collect(member, needed);
                }
                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Collect(item, needed);
                }
                break;
        }
    }
}
