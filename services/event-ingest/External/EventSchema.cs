using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Trainyard.EventIngest.External;

/// <summary>
/// The body of <c>POST /api/events/ml</c> in the OpenAPI document: one schema per kind of event, with <c>event</c> as discriminator.
/// </summary>
internal static class EventSchema
{
    private const string Union = "MlEvent";

    private static readonly (string Name, Type Body)[] Kinds =
    [
        (EventName.Start, typeof(StartEvent)),
        (EventName.Metric, typeof(MetricEvent)),
        (EventName.Stop, typeof(StopEvent)),
        (EventName.Checkpoint, typeof(CheckpointEvent)),
        (EventName.Artifact, typeof(ArtifactEvent)),
        (EventName.Log, typeof(LogEvent)),
        (EventName.Heartbeat, typeof(HeartbeatEvent)),
        (EventName.Resume, typeof(ResumeEvent)),
        (EventName.Media, typeof(MediaEvent)),
        (EventName.System, typeof(SystemMetricEvent)),
    ];

    public static async Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document ?? throw new InvalidOperationException("The operation has no document.");
        var union = await UnionAsync(document, context, cancellationToken);
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = "One event or a list of them; as NDJSON one event a line. The event may also be named by a list of its parts "
                + "(\"event\": [\"ml\", \"run\", \"metric\"]) or as name, with trial_id and model_run_id inside metadata.",
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/json"] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        OneOf = [union, new OpenApiSchema { Type = JsonSchemaType.Array, Items = union }],
                    },
                },
                ["application/x-ndjson"] = new() { Schema = union },
            },
        };
        operation.Parameters = [.. operation.Parameters ?? [], new OpenApiParameter
        {
            Name = "Idempotency-Key",
            In = ParameterLocation.Header,
            Description = "Makes repeating this request safe. Any string, remembered for a week, or client:sequence, remembered as long as "
                + "its run. Scoped to the API key and this endpoint. A different body under the same key is rejected.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 256 },
        }];
    }

    private static async Task<OpenApiSchemaReference> UnionAsync(
        OpenApiDocument document, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var union = new OpenApiSchema
        {
            Description = "An event of a run or of a machine.",
            OneOf = [],
            Discriminator = new OpenApiDiscriminator
            {
                PropertyName = EventName.Member,
                Mapping = new SortedDictionary<string, OpenApiSchemaReference>(StringComparer.Ordinal),
            },
        };
        foreach (var (name, body) in Kinds)
        {
            var schema = await context.GetOrCreateSchemaAsync(body, cancellationToken: cancellationToken);
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
            schema.Properties[EventName.Member] = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [JsonValue.Create(name)],
                Description = "The kind of event."
            };
            (schema.Required ??= new HashSet<string>(StringComparer.Ordinal)).Add(EventName.Member);
            document.AddComponent(body.Name, schema);
            var reference = new OpenApiSchemaReference(body.Name, document);
            union.OneOf.Add(reference);
            union.Discriminator.Mapping[name] = reference;
        }
        document.AddComponent(Union, union);
        return new OpenApiSchemaReference(Union, document);
    }
}
