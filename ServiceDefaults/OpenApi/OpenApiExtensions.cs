using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Trainyard.ServiceDefaults.OpenApi;

internal static class OpenApiExtensions
{
    public static IServiceCollection AddTrainyardOpenApi(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Trainyard",
                Version = typeof(OpenApiExtensions).Assembly.GetName().Version?.ToString(3) ?? "0",
                Description = "Train language models and track every experiment. Errors are problem details with `code`, `message` and `request_id`.",
            };
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
    });
}
