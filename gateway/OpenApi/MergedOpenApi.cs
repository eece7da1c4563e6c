using System.Text.Json;
using System.Text.Json.Nodes;
using Trainyard.Gateway.Proxy;
using Trainyard.ServiceDefaults.OpenApi;
using Trainyard.ServiceDefaults.Version;

namespace Trainyard.Gateway.OpenApi;

/// <summary>Merges the OpenAPI documents of all services.</summary>
internal sealed class MergedOpenApi(ServiceClient client)
{
    public async Task<JsonObject> GetAsync(CancellationToken cancellationToken)
    {
        var documents = await Task.WhenAll(Routes.Services.Select(service => FetchAsync(service, cancellationToken)));
        var merged = new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = Frame(documents, "info")
                ?? new JsonObject { ["title"] = "Trainyard", ["version"] = RunningVersion.Current.Version },
            ["servers"] = Frame(documents, "servers") ?? new JsonArray(),
            ["security"] = Frame(documents, "security") ?? new JsonArray(),
            ["paths"] = new JsonObject(),
            ["components"] = new JsonObject(),
        };
        foreach (var (service, document) in Routes.Services.Zip(documents))
        {
            if (document is null)
            {
                Describe(merged, $"{service} is not responding, so its paths are missing from this document.");
            }
            else
            {
                Merge(merged, document, service);
            }
        }
        return merged;
    }

    /// <summary>A document-level section, which is the same in every service's document.</summary>
    private static JsonNode? Frame(IEnumerable<JsonObject?> documents, string name) =>
        documents.Select(document => document?[name]?.DeepClone()).FirstOrDefault(found => found is not null);

    private async Task<JsonObject?> FetchAsync(string service, CancellationToken cancellationToken)
    {
        using var answer = await client.AskAnyAsync(service, "/openapi/v1.json", cancellationToken);
        if (answer is not { IsSuccessStatusCode: true })
        {
            return null;
        }
        await using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        return (await JsonNode.ParseAsync(content, cancellationToken: cancellationToken))?.AsObject();
    }

    private static void Merge(JsonObject merged, JsonObject document, string service)
    {
        var components = (from section in document["components"] as JsonObject ?? []
                          from component in section.Value as JsonObject ?? []
                          select (Section: section.Key, Name: component.Key, component.Value)).ToList();
        // Two services may use one name for different schemas. Prefix the later one with its service before copying anything.
        var taken = components
            .Where(component => Child(Child(merged, "components"), component.Section)[component.Name] is { } known
                && !JsonNode.DeepEquals(known, component.Value))
            .ToHashSet();
        foreach (var (section, name, _) in taken)
        {
            Rename(document, $"#/components/{section}/{name}", $"#/components/{section}/{service}.{name}");
        }
        foreach (var component in components)
        {
            var name = taken.Contains(component) ? $"{service}.{component.Name}" : component.Name;
            Child(Child(merged, "components"), component.Section)[name] = component.Value?.DeepClone();
        }
        foreach (var (path, operations) in document["paths"] as JsonObject ?? [])
        {
            foreach (var (method, operation) in operations as JsonObject ?? [])
            {
                Child(Child(merged, "paths"), path).TryAdd(method, operation?.DeepClone());
            }
        }
    }

    private static void Rename(JsonNode? node, string from, string to)
    {
        switch (node)
        {
            case JsonObject members:
                if (members["$ref"]?.GetValueKind() is JsonValueKind.String && (string?)members["$ref"] == from)
                {
                    members["$ref"] = to;
                }
                foreach (var (_, member) in members)
                {
                    Rename(member, from, to);
                }
                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Rename(item, from, to);
                }
                break;
        }
    }

    private static void Describe(JsonObject merged, string remark)
    {
        var info = Child(merged, "info");
        info["description"] = $"{(string?)info["description"]} {remark}".Trim();
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
        {
            parent[name] = child = [];
        }
        return child;
    }
}

internal static class MergedOpenApiExtensions
{
    /// <summary>
    /// Replaces the gateway's own, nearly empty document: a literal path takes precedence over <c>/openapi/{name}.json</c>.
    /// </summary>
    public static void MapMergedOpenApi(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/openapi/v1.json", async (MergedOpenApi documents, CancellationToken cancellationToken) =>
            TypedResults.Ok(await documents.GetAsync(cancellationToken))).ExcludeFromDescription().AnswerHead();
}
