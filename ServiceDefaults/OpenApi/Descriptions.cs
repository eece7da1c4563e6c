using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Trainyard.ServiceDefaults.OpenApi;

/// <summary>Describes every schema, property and parameter: by its XML comment, else by <see cref="Vocabulary"/>.</summary>
internal sealed class Descriptions
{
    private readonly ConcurrentDictionary<string, JsonTypeInfo> types = new(StringComparer.Ordinal);

    /// <summary>Records each component's type, and describes the properties of schemas that are not components.</summary>
    public Task RememberAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (schema.Metadata?.TryGetValue("x-schema-id", out var id) is true && id is string { Length: > 0 } name)
        {
            types.TryAdd(name, context.JsonTypeInfo);
        }
        else if (context.JsonPropertyInfo is { AttributeProvider: PropertyInfo source } property)
        {
            schema.Description ??= XmlComments.Of(source) ?? Vocabulary.Find(property.Name);
        }
        return Task.CompletedTask;
    }

    public Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))
        {
            var type = types.GetValueOrDefault(name);
            if (type is not null && OfType(Nullable.GetUnderlyingType(type.Type) ?? type.Type) is { } summary)
            {
                schema.Description = summary;
            }
            foreach (var (member, property) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))
            {
                var source = type?.Properties.FirstOrDefault(known => known.Name == member)?.AttributeProvider as PropertyInfo;
                property.Description = (source is null ? null : XmlComments.Of(source)) ?? Own(property) ?? Vocabulary.Find(member);
                DescribeInside(property);
            }
        }
        return Task.CompletedTask;
    }

    private static string? OfType(Type type) => XmlComments.Of(type) ?? type.Name switch
    {
        nameof(JsonElement) => "Any JSON value.",
        nameof(JsonObject) => "A JSON object with any members.",
        _ => null,
    };

    /// <summary>Describes the properties of an inline schema.</summary>
    private static void DescribeInside(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchemaReference)
        {
            return;
        }
        foreach (var (member, property) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))
        {
            property.Description = Own(property) ?? Vocabulary.Find(member);
            DescribeInside(property);
        }
    }

    public static Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var properties = context.Description.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>()
            .SelectMany(method => method.GetParameters())
            .Where(parameter => parameter.IsDefined(typeof(AsParametersAttribute)))
            .SelectMany(parameter => parameter.ParameterType.GetProperties())
            .ToList();
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            var source = properties.Find(property => NameOf(property) == parameter.Name);
            parameter.Description = (source is null ? null : XmlComments.Of(source))
                ?? parameter.Description
                ?? Vocabulary.Find(parameter.Name ?? "");
        }
        return Task.CompletedTask;
    }

    /// <summary>A schema's own description, not that of a component it references.</summary>
    private static string? Own(IOpenApiSchema schema) =>
        schema is OpenApiSchemaReference reference ? reference.Reference.Description : schema.Description;

    private static string NameOf(PropertyInfo property) =>
        property.GetCustomAttributes().OfType<IFromQueryMetadata>().FirstOrDefault()?.Name ?? property.Name;
}
