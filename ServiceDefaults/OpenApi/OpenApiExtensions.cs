using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Scalar.AspNetCore;

namespace Trainyard.ServiceDefaults.OpenApi;

internal static class OpenApiExtensions
{
    public static IServiceCollection AddTrainyardOpenApi(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.ShouldInclude = endpoint => !HttpMethods.IsHead(endpoint.HttpMethod ?? "");
        var descriptions = new Descriptions();
        options.AddSchemaTransformer(WireSchemas.CorrectAsync);
        options.AddSchemaTransformer(LimitSchemas.DescribeAsync);
        options.AddSchemaTransformer(descriptions.RememberAsync);
        options.AddOperationTransformer(ErrorResponses.DescribeAsync);
        options.AddOperationTransformer(Descriptions.DescribeAsync);
        options.AddDocumentTransformer(ErrorResponses.DescribeAsync);
        options.AddDocumentTransformer(descriptions.DescribeAsync);
        options.AddDocumentTransformer(DocumentFrame.DescribeAsync);
    });

    /// <summary>Maps the interactive API page. It is served by this process and makes no third-party requests.</summary>
    public static void MapDocs(this IEndpointRouteBuilder endpoints) => endpoints.MapScalarApiReference("/docs", options => options
        .WithTitle("Trainyard")
        .DisableDefaultFonts()
        .DisableTelemetry()
        .DisableAgent()
        .DisableMcp()
        .HideClientButton()
        .HideDeveloperTools()
        .ForceDarkMode()).AnswerHead();
}
