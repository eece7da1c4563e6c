using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Trainyard.Contracts.Json;
using Trainyard.Contracts.TrainEvents;

namespace Trainyard.ServiceDefaults.OpenApi;

/// <summary>Corrects generated schemas to match our JSON, so that generated clients work.</summary>
internal static class WireSchemas
{
    public static Task CorrectAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var nullable = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type);
        switch (nullable ?? context.JsonTypeInfo.Type)
        {
            case var type when type == typeof(DateTimeOffset):
                schema.Type = JsonSchemaType.String | OrNull(nullable);
                break;
            case var type when (type == typeof(double) || type == typeof(float)) && schema.AnyOf is not null:
                // Named literals such as "NaN" yield an anyOf, which is generated with type object.
                schema.Type = null;
                schema.AnyOf =
                [
                    new OpenApiSchema { Type = JsonSchemaType.Number | OrNull(nullable) },
                    new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["NaN", "Infinity", "-Infinity"] },
                ];
                break;
            case var type when type == typeof(long) || type == typeof(int):
                // The schema generator doesn't see our converters of whole numbers.
                (schema.Type, schema.Format, schema.Pattern) = (JsonSchemaType.Integer | OrNull(nullable), type == typeof(long) ? "int64"
                    : "int32", null);
                break;
            case var type when type == typeof(UserId):
                schema.Type = JsonSchemaType.String | JsonSchemaType.Integer;
                break;
            case var _ when context.JsonPropertyInfo is { CustomConverter: IdentifierConverter, IsGetNullable: var mayBeNull }:
                schema.Type = JsonSchemaType.String | (mayBeNull ? JsonSchemaType.Null : default);
                break;
            case { IsEnum: true }:
                // Nullability belongs to the member, not the enum.
                schema.Type = JsonSchemaType.String;
                schema.Enum = [.. schema.Enum?.Where(word => word is not null) ?? []];
                break;
            default:
                if (schema.Type is { } list && list.HasFlag(JsonSchemaType.Array))
                {
                    schema.Items ??= new OpenApiSchema();
                }
                if (schema.Type is { } open && open.HasFlag(JsonSchemaType.Object) && schema.Properties is null or { Count: 0 })
                {
                    // Without this, client generators assume an empty object.
                    schema.AdditionalProperties ??= new OpenApiSchema();
                }
                // The generator marks all record parameters as required, though nullable ones are optional.
                schema.Required?.IntersectWith(
                    context.JsonTypeInfo.Properties.Where(property => !MayBeNull(property)).Select(property => property.Name));
                break;
        }
        return Task.CompletedTask;
    }

    private static JsonSchemaType OrNull(Type? nullable) => nullable is null ? default : JsonSchemaType.Null;

    private static bool MayBeNull(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsGetNullable;
}
