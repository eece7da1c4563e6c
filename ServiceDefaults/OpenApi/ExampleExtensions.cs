using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.OpenApi;

namespace Trainyard.ServiceDefaults.OpenApi;

/// <summary>Adds examples and content types to endpoints in the OpenAPI document.</summary>
public static class ExampleExtensions
{
    /// <summary>Adds an example of the JSON request body.</summary>
    public static TBuilder WithRequestExample<TBuilder>(this TBuilder endpoint, string json)
        where TBuilder : IEndpointConventionBuilder
    {
        var example = Parse(json);
        return endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            Show(operation.RequestBody?.Content, example);
            return Task.CompletedTask;
        });
    }

    /// <summary>Declares a binary request body.</summary>
    public static RouteHandlerBuilder WithBinaryBody(this RouteHandlerBuilder endpoint, string description) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var body = operation.RequestBody as OpenApiRequestBody ?? new();
            body.Content ??= new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal);
            body.Content["*/*"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };
            (body.Description, operation.RequestBody) = (description, body);
            return Task.CompletedTask;
        });

    /// <summary>
    /// Declares further media types of a successful response: text, bytes, or, for <c>application/json</c>, a list of objects.
    /// </summary>
    public static TBuilder WithContent<TBuilder>(this TBuilder endpoint, params string[] mediaTypes)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            if (operation.Responses?.GetValueOrDefault("200") is OpenApiResponse answer)
            {
                answer.Content ??= new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal);
                foreach (var type in mediaTypes)
                {
                    answer.Content.TryAdd(type, new() { Schema = ContentOf(type) });
                }
            }
            return Task.CompletedTask;
        });

    /// <summary>Adds an example of the JSON response body for a status.</summary>
    public static TBuilder WithResponseExample<TBuilder>(this TBuilder endpoint, string json, int status = 200)
        where TBuilder : IEndpointConventionBuilder
    {
        var example = Parse(json);
        return endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            var answer = operation.Responses?.GetValueOrDefault(status.ToString(CultureInfo.InvariantCulture));
            Show(answer?.Content, example);
            return Task.CompletedTask;
        });
    }

    private static OpenApiSchema ContentOf(string mediaType) => mediaType switch
    {
        "application/json" => new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            Items = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema() },
        },
        _ when mediaType.StartsWith("text/", StringComparison.Ordinal) => new OpenApiSchema { Type = JsonSchemaType.String },
        _ => new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
    };

    private static JsonNode Parse(string json) =>
        JsonNode.Parse(json) ?? throw new ArgumentException("An example must not be null.", nameof(json));

    private static void Show(IDictionary<string, OpenApiMediaType>? content, JsonNode example)
    {
        foreach (var (_, media) in content?.Where(media => media.Key.EndsWith("json", StringComparison.Ordinal)) ?? [])
        {
            media.Example = example.DeepClone();
        }
    }
}
