using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Trainyard.EventIngest.External;

/// <summary>An event as an external job posts it. Describes the body in the OpenAPI document; reading is done on the JSON itself.</summary>
public sealed record ExternalEvent
{
    /// <summary>ml.run.start, .metric, .stop, .checkpoint, .artifact, .log, .heartbeat, .resume or ml.system.metric; also as a list of its parts.</summary>
    public required string Event { get; init; }

    /// <summary>Makes a repetition of this event recognisable.</summary>
    public Guid? EventId { get; init; }

    /// <summary>The run. May be left out of ml.system.metric, which then goes to the run system-(source).</summary>
    public string? TrialId { get; init; }

    /// <summary>The experiment the run belongs to.</summary>
    public string? ModelRunId { get; init; }

    /// <summary>When it happened; when it arrives, if left out.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>The program that sends it.</summary>
    public string? Source { get; init; }

    /// <summary>What the kind of event carries, such as step, status or path, and whatever is the sender's own.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>Name to number; "NaN", "Infinity" and "-Infinity" are numbers too.</summary>
    public IReadOnlyDictionary<string, double>? Measurements { get; init; }

    /// <summary>Tags of the run, with ml.run.start.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    internal static async Task DescribeBodyAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var schema = await context.GetOrCreateSchemaAsync(typeof(ExternalEvent), cancellationToken: cancellationToken);
        if (schema.Properties?["metadata"] is OpenApiSchema metadata)
        {
            metadata.Description ??= "What the kind of event carries, such as step, status or path, and whatever is the sender's own.";
        }
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/json"] = new() { Schema = new OpenApiSchema { OneOf = [schema, new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema }] } },
                ["application/x-ndjson"] = new() { Schema = schema },
            },
        };
        operation.Parameters = [.. operation.Parameters ?? [], new OpenApiParameter
        {
            Name = "Idempotency-Key",
            In = ParameterLocation.Header,
            Description = "Makes a repetition of this request recognisable: any string, remembered for a week, or client:sequence, remembered "
                + "for as long as its run. It counts within the API key and this address. Another body under it is refused.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 256 },
        }];
    }
}
