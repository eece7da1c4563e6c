using Aspire.Hosting.Azure;
using Azure.Provisioning.AppContainers;
using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;

namespace Trainyard.AppHost;

/// <summary>The deployment to Azure Container Apps, compiled only with <c>Deploy=azure</c>.</summary>
internal static class ContainerApps
{
    private const int MaxReplicas = 10;

    public static void AddContainerApps(this IDistributedApplicationBuilder builder) =>
        builder.AddAzureContainerAppEnvironment("aca").ConfigureInfrastructure(SharedFolders.AddShares);

    /// <summary>
    /// Postgres as a flexible server: Container Apps' volumes are file shares, which Postgres can't use. User name and password are
    /// parameters, so that later deployments use the same administrator.
    /// </summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddAzureTrials(this IDistributedApplicationBuilder builder)
    {
        var user = builder.AddParameter("postgres-user", "trainyard", publishValueAsDefault: true)
            .WithDescription("The administrator of the Postgres server. It can't be changed once the server exists.");
        var password = builder.AddParameter("postgres-password", secret: true)
            .WithDescription("The password of the Postgres server. Keep it from one deployment to the next.");
        return builder.AddAzurePostgresFlexibleServer(ResourceNames.Postgres)
            .WithPasswordAuthentication(user, password)
            .AddDatabase(ResourceNames.Trials);
    }

    /// <summary>
    /// Sets probes, folders, scale and resources. <c>Resources:&lt;service&gt;:Cpu</c> and <c>:MemoryGiB</c> override the resources.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="scale">The scale rule; a fixed number of replicas when null, by default one.</param>
    /// <param name="cpu">Whole cores; Container Apps' default when null.</param>
    /// <param name="memoryGiB">Memory. Container Apps requires twice the number of cores.</param>
    public static void OnContainerApps(
        this IResourceBuilder<ProjectResource> service, ContainerAppScaleRule? scale = null, int? cpu = null, int? memoryGiB = null)
    {
        var builder = service.ApplicationBuilder;
        var settings = builder.Configuration.GetSection($"Resources:{service.Resource.Name.Replace('-', '_')}");
        var (cores, memory) = (settings.GetValue("Cpu", cpu), settings.GetValue("MemoryGiB", memoryGiB));
        var fixedCount = builder.Replicas(service.Resource.Name);
        var usesFolders = service.Resource.Name is not (ResourceNames.Gateway or ResourceNames.EventIngest or ResourceNames.Notifier);
        service
#pragma warning disable ASPIREPROBES001 // Probes have no other API yet.
            .WithHttpProbe(ProbeType.Readiness, "/readyz")
            .WithHttpProbe(ProbeType.Liveness, "/alive")
#pragma warning restore ASPIREPROBES001
            .PublishAsAzureContainerApp((_, app) =>
            {
                app.Template.Scale.MinReplicas = fixedCount ?? 1;
                app.Template.Scale.MaxReplicas = fixedCount ?? (scale is null ? 1 : MaxReplicas);
                app.Template.Scale.Rules = fixedCount is null && scale is not null ? [scale] : [];
                if (usesFolders)
                {
                    app.MountSharedFolders();
                }
                if (cores is { } count && memory is { } size)
                {
                    app.SetResources(count, size);
                }
            });
    }

    private static void SetResources(this ContainerApp app, int cpu, int memoryGiB)
    {
        foreach (var container in app.Template.Containers)
        {
            if (container.Value is { } known)
            {
                known.Resources = new AppContainerResources { Cpu = cpu, Memory = $"{memoryGiB}Gi" };
            }
        }
    }
}
