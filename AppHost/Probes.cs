namespace Trainyard.AppHost;

internal static class Probes
{
    /// <summary>What Container Apps asks: whether a replica takes requests, and whether it is to be started anew.</summary>
    public static IResourceBuilder<ProjectResource> WithProbes(this IResourceBuilder<ProjectResource> service) =>
        service.ApplicationBuilder.PublishesToAzure()
#pragma warning disable ASPIREPROBES001 // The only way there is; it may change.
            ? service.WithHttpProbe(ProbeType.Readiness, "/readyz").WithHttpProbe(ProbeType.Liveness, "/alive")
#pragma warning restore ASPIREPROBES001
            : service;
}
