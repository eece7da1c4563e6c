using Microsoft.Extensions.Configuration;

namespace Trainyard.AppHost;

/// <summary>What the graph is run or published as, by one key each.</summary>
internal static class Target
{
    /// <summary>With the launch profile <c>embedded</c>: everything in one process, under the same dashboard.</summary>
    public static bool IsEmbedded(this IDistributedApplicationBuilder builder) => builder.Configuration.GetValue<bool>("Trainyard:Embedded");

    /// <summary>Azure Container Apps, or a Compose file with <c>Trainyard:Target=compose</c>. Nothing while it runs here.</summary>
    public static void AddTarget(this IDistributedApplicationBuilder builder)
    {
        if (builder.PublishesToCompose())
        {
            builder.AddDockerComposeEnvironment("compose");
        }
        else if (builder.PublishesToAzure())
        {
            builder.AddAzureContainerAppEnvironment("aca").ConfigureInfrastructure(SharedFolders.AddShares);
        }
    }

    public static bool PublishesToAzure(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode && !builder.PublishesToCompose();

    private static bool PublishesToCompose(this IDistributedApplicationBuilder builder) =>
        builder.ExecutionContext.IsPublishMode && builder.Configuration["Trainyard:Target"] == "compose";
}
