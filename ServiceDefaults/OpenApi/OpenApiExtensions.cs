using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Trainyard.ServiceDefaults.Version;

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
                Version = RunningVersion.Current.Version,
                Description = "Train language models and track every experiment. Errors are problem details with `code`, `message` and `request_id`.",
            };
            document.Servers?.Clear();
            return Task.CompletedTask;
        });
    });
}
