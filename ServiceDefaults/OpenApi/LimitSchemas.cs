using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.OpenApi;

/// <summary>
/// Gives what the generator does not take from a request's properties: allowed words, presets (<c>x-presets</c>) and defaults, which are
/// the values that a new instance has. The dashboard's forms are made from them.
/// </summary>
internal static class LimitSchemas
{
    private static readonly ConcurrentDictionary<Type, object?> Instances = new();

    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonPropertyInfo is not { AttributeProvider: MemberInfo member } property)
        {
            return Task.CompletedTask;
        }
        if (member.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
        {
            schema.Enum = [.. allowed.Values.OfType<string>().Select(word => (JsonNode)word)];
        }
        if (member.GetCustomAttribute<PresetsAttribute>() is { } presets)
        {
            schema.Enum = [.. presets.Words.Select(word => (JsonNode)word)];
            var values = JsonSerializer.SerializeToNode(presets.Values, property.Options) ?? new JsonObject();
            (schema.Extensions ??= new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal))["x-presets"] =
                new JsonNodeExtension(values);
        }
        if (Default(property) is { } value)
        {
            schema.Default = JsonSerializer.SerializeToNode(value, property.PropertyType, property.Options);
        }
        return Task.CompletedTask;
    }

    /// <summary>
    /// What a property has when a request leaves it out; null when that is nothing, or an object with a schema of its own.
    /// </summary>
    private static object? Default(JsonPropertyInfo property) =>
        property is { Get: { } get, Set: not null } && IsPlain(property.PropertyType)
            && Instances.GetOrAdd(property.DeclaringType, Create) is { } instance
            && get(instance) is { } value and not ""
            ? value
            : null;

    private static bool IsPlain(Type type) => type == typeof(string) || (Nullable.GetUnderlyingType(type) ?? type).IsPrimitive;

    private static object? Create(Type type) =>
        type.GetConstructor(Type.EmptyTypes) is { } constructor
            && type.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is null
            ? constructor.Invoke(null)
            : null;
}
