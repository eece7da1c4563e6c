namespace Trainyard.AppHost;

/// <summary>Settings shared by the services.</summary>
internal static class Services
{
    private const string Readiness = "/readyz";

    /// <summary>Configures an internal service. It trusts no forwarded headers, because there is no proxy in front of it.</summary>
    public static IResourceBuilder<ProjectResource> AsInnerService(this IResourceBuilder<ProjectResource> service) =>
        service.InSameEnvironment().WithHttpHealthCheck(Readiness).DisableForwardedHeaders();

    /// <summary>Configures the public service.</summary>
    public static IResourceBuilder<ProjectResource> AsFrontDoor(this IResourceBuilder<ProjectResource> service)
    {
        if (service.ApplicationBuilder.HttpsPort() is { } port)
        {
            service.WithHttpsEndpoint(port);
        }
        var http = service.GetEndpoint("http");
        return service
            .InSameEnvironment()
            .WithHttpHealthCheck(Readiness)
            .WithExternalHttpEndpoints()
            .WithUrlForEndpoint(http.EndpointName, url => url.DisplayText = "Trainyard")
            .WithUrl(ReferenceExpression.Create($"{http}/docs"), "API");
    }

    public static IResourceBuilder<ProjectResource> WithFolders(this IResourceBuilder<ProjectResource> service, Folders folders)
    {
        service
            .WithEnvironment("APP__DATA_ROOT", folders.Data)
            .WithEnvironment("APP__ARTIFACTS_ROOT", folders.Artifacts)
            .WithEnvironment("APP__CORPUS_ROOT", folders.Corpora);
        return folders.Plugins is { } plugins ? service.WithEnvironment("APP__PLUGINS_ROOT", plugins) : service;
    }

    private static IResourceBuilder<ProjectResource> InSameEnvironment(this IResourceBuilder<ProjectResource> service)
    {
        var builder = service.ApplicationBuilder;
        return builder.ExecutionContext.IsRunMode
            ? service.WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName)
            : service;
    }
}
