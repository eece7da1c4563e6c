using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using Trainyard.ServiceDefaults.Version;

namespace Trainyard.ServiceDefaults.OpenApi;

internal static class OpenApiExtensions
{
    public static IServiceCollection AddTrainyardOpenApi(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.ShouldInclude = endpoint => !HttpMethods.IsHead(endpoint.HttpMethod ?? "");
        options.AddSchemaTransformer(WireSchemas.CorrectAsync);
        options.AddOperationTransformer(ErrorResponses.DescribeAsync);
        options.AddDocumentTransformer(ErrorResponses.DescribeAsync);
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Trainyard",
                Version = RunningVersion.Current.Version,
                Description = "Train language models and track every experiment. Errors are problem details with `code`, `message` and `request_id`.",
            };
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
    });

    /// <summary>The interactive page: from this process alone, with nothing loaded from or reported to anywhere else.</summary>
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
