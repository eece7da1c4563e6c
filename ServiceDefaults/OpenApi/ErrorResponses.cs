using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Errors;

namespace Trainyard.ServiceDefaults.OpenApi;

/// <summary>Errors an endpoint declares in addition to those implied by its route, parameters and body.</summary>
internal sealed record DeclaredErrors(IReadOnlyList<ErrorCode> Codes);

/// <summary>
/// Adds error responses to each operation of the OpenAPI document: those implied by its shape, such as a body that is too large, and those
/// its endpoint declares.
/// </summary>
public static class ErrorResponses
{
    private const string Problem = "Problem";

    /// <summary>Declares errors that are not implied by the endpoint's route, parameters and body.</summary>
    public static TBuilder WithErrors<TBuilder>(this TBuilder endpoint, params ErrorCode[] codes)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new DeclaredErrors(codes));

    internal static Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Responses ??= [];
        var declared = context.Description.ActionDescriptor.EndpointMetadata.OfType<DeclaredErrors>()
            .SelectMany(errors => errors.Codes).ToList();
        var byStatus = declared.Concat(Implied(context.Description, operation)).Distinct()
            .GroupBy(ProblemWriter.Status).OrderBy(codes => codes.Key);
        foreach (var codes in byStatus)
        {
            operation.Responses[codes.Key.ToString(CultureInfo.InvariantCulture)] =
                Refusal(context.Document, codes.Key, string.Join(", ", codes.Select(Name)), codes.First(), Message(codes.First()));
        }
        // Endpoints that read their body themselves declare PAYLOAD_TOO_LARGE.
        if (operation.RequestBody?.Content?.ContainsKey("application/json") is true || declared.Contains(ErrorCode.PayloadTooLarge))
        {
            const int Status = StatusCodes.Status415UnsupportedMediaType;
            operation.Responses[Status.ToString(CultureInfo.InvariantCulture)] =
                Refusal(
                    context.Document, Status, Name(ErrorCode.ConfigInvalid), ErrorCode.ConfigInvalid,
                    "Content-Type: must be application/json, not text/plain");
        }
        return Task.CompletedTask;
    }

    private static OpenApiResponse Refusal(OpenApiDocument? document, int status, string description, ErrorCode code, string message) =>
        new()
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/problem+json"] = new()
                {
                    Schema = new OpenApiSchemaReference(Problem, document),
                    Example = Example(status, code, message),
                },
            },
        };

    internal static Task DescribeAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.AddComponent(Problem, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Problem details (RFC 9457). Programs branch on code; message is for people.",
            Required = new HashSet<string>(StringComparer.Ordinal) { "status", "code", "message", "request_id" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["type"] = Text("An address that describes the status."),
                ["title"] = Text("The status in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The status of the answer." },
                ["detail"] = Text("As message."),
                ["instance"] = Text("The path of the request."),
                ["code"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Description = "What went wrong, for programs.",
                    Enum = [.. Enum.GetValues<ErrorCode>().Select(code => JsonValue.Create(Name(code)))],
                },
                ["message"] = Text("What went wrong, with every reason."),
                ["request_id"] = Text("Also in the logs, and in the header X-Request-ID."),
                ["problems"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = "Each reason, by the member of the request it is about.",
                    Items = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                        {
                            ["field"] = Text("The member."),
                            ["message"] = Text("What is wrong with it."),
                        },
                    },
                },
            },
        });
        return Task.CompletedTask;
    }

    private static IEnumerable<ErrorCode> Implied(ApiDescription endpoint, OpenApiOperation operation)
    {
        yield return ErrorCode.Unauthorized;
        yield return ErrorCode.RateLimited;
        yield return ErrorCode.BackendUnavailable;
        // Also covers unknown query parameters.
        yield return ErrorCode.ConfigInvalid;
        if (operation.RequestBody is not null)
        {
            yield return ErrorCode.PayloadTooLarge;
        }
        foreach (var parameter in endpoint.RelativePath?.Split('/').Where(part => part.StartsWith('{')) ?? [])
        {
            yield return parameter switch
            {
                "{runId}" => ErrorCode.RunNotFound,
                "{tokenizerId}" => ErrorCode.TokenizerNotFound,
                _ => ErrorCode.DataNotFound,
            };
        }
    }

    private static JsonObject Example(int status, ErrorCode code, string message) => new()
    {
        ["title"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
        ["status"] = status,
        ["code"] = Name(code),
        ["message"] = message,
        ["request_id"] = "req-3kq8v0t2m5xz",
    };

    private static string Message(ErrorCode code) => code switch
    {
        ErrorCode.ConfigInvalid => "limit: must be from 1 to 1000, not 0",
        ErrorCode.EventInvalid => "event 3: measurements.loss: must be a number",
        ErrorCode.CheckpointInvalid => "path: it ends 12 bytes early",
        ErrorCode.Unauthorized => "This server requires an API key. Send it in the X-Api-Key header.",
        ErrorCode.PathForbidden => "path: leads outside the folder it must stay in",
        ErrorCode.RunNotFound => "There is no run 'abc-124'.",
        ErrorCode.TokenizerNotFound => "There is no tokenizer 'tok-124'.",
        ErrorCode.DataNotFound => "There is nothing by that id.",
        ErrorCode.IllegalTransition => "Run abc-123 is completed: there is nothing to cancel.",
        ErrorCode.PayloadTooLarge => "The body is larger than its limit of 1000000 bytes.",
        ErrorCode.IdempotencyKeyReused => "The Idempotency-Key 'job-7' was used with another body before.",
        ErrorCode.OutcomeUnknown => "The broker did not confirm the events in time: they may be stored, or not.",
        ErrorCode.RateLimited => "Too many requests. Try again in 1 s.",
        _ => "The database does not answer.",
    };

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static string Name(ErrorCode code) => JsonSerializer.SerializeToElement(code).GetString() ?? "";
}
