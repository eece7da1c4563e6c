using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Trainyard.ServiceDefaults.Errors;

namespace Trainyard.ExperimentStore.Events;

/// <summary>One entry or a list of entries.</summary>
[JsonConverter(typeof(Converter))]
[OneOrMany(typeof(MetricsEntry))]
internal sealed record MetricsBody(IReadOnlyList<MetricsEntry> Entries)
{
    public static async Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document ?? throw new InvalidOperationException("The transformer runs without a document.");
        document.AddComponent(nameof(MetricsEntry),
            await context.GetOrCreateSchemaAsync(typeof(MetricsEntry), cancellationToken: cancellationToken));
        var entry = new OpenApiSchemaReference(nameof(MetricsEntry), document);
        foreach (var media in operation.RequestBody?.Content?.Values ?? [])
        {
            media.Schema = new OpenApiSchema { OneOf = [entry, new OpenApiSchema { Type = JsonSchemaType.Array, Items = entry }] };
        }
    }

    private sealed class Converter : JsonConverter<MetricsBody>
    {
        public override MetricsBody Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(
            reader.TokenType is JsonTokenType.StartArray
                ? JsonSerializer.Deserialize<List<MetricsEntry>>(ref reader, options) ?? []
                : JsonSerializer.Deserialize<MetricsEntry>(ref reader, options) is { } entry ? [entry] : []);

        public override void Write(Utf8JsonWriter writer, MetricsBody value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Entries, options);
    }
}
