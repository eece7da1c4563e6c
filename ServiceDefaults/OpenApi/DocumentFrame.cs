using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Trainyard.ServiceDefaults.Security;
using Trainyard.ServiceDefaults.Version;

namespace Trainyard.ServiceDefaults.OpenApi;

/// <summary>The document-level parts of the OpenAPI document: info, servers and security.</summary>
internal static class DocumentFrame
{
    private const string Key = "ApiKey";

    public static Task DescribeAsync(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Trainyard",
            Version = RunningVersion.Current.Version,
            Description = "Train language models and track every experiment. "
                + "Errors are problem details with `code`, `message` and `request_id`.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The Trainyard server that served this document." }];
        document.AddComponent<IOpenApiSecurityScheme>(Key, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = ApiKeyExtensions.Header,
            Description = "Required if `SECURITY__API_KEY` or `SECURITY__KEYS_FILE` is set.",
        });
        document.Security =
        [
            new OpenApiSecurityRequirement(),
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, document)] = [] },
        ];
        foreach (var schema in document.Components?.Schemas?.Values ?? [])
        {
            SimplifyNullable(schema);
        }
        return Task.CompletedTask;
    }

    /// <summary>Replaces <c>oneOf [null, T]</c> with <c>T</c> where <c>T</c> is any JSON, which includes null.</summary>
    private static void SimplifyNullable(IOpenApiSchema schema)
    {
        foreach (var (name, property) in schema.Properties?.ToList() ?? [])
        {
            if (property is OpenApiSchema { OneOf: [_, OpenApiSchemaReference reference] } choice
                && TakesAnything(reference.RecursiveTarget))
            {
                schema.Properties?[name] = new OpenApiSchemaReference(reference.Reference.Id ?? "", reference.Reference.HostDocument)
                {
                    Description = choice.Description,
                };
            }
        }
    }

    private static bool TakesAnything(IOpenApiSchema? schema) =>
        schema is { Type: null, Properties: null or { Count: 0 }, Enum: null or { Count: 0 } }
        && schema is { AnyOf: null or { Count: 0 }, OneOf: null or { Count: 0 } };
}
