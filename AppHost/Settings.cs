namespace Trainyard.AppHost;

internal static class Settings
{
    /// <summary>A folder from the configuration; otherwise one below the repository.</summary>
    public static string FolderSetting(this IDistributedApplicationBuilder builder, string key, string belowRepository) =>
        Path.GetFullPath(builder.Configuration[key] ?? Path.Combine("..", belowRepository), builder.AppHostDirectory);

    /// <summary>The folders that the services share; published, a folder of this machine means nothing to them.</summary>
    public static IResourceBuilder<ProjectResource> WithFolders(this IResourceBuilder<ProjectResource> service, string artifacts, string corpora)
    {
        var published = service.ApplicationBuilder.ExecutionContext.IsPublishMode;
        service
            .WithEnvironment("APP__ARTIFACTS_ROOT", published ? SharedFolders.Artifacts : artifacts)
            .WithEnvironment("APP__CORPUS_ROOT", published ? SharedFolders.Corpora : corpora);
        return published ? service.WithSharedFolders(corpora) : service;
    }

    /// <summary>The key callers must send: here when <c>Parameters:api-key</c> gives one, published always, for others reach it there.</summary>
    public static IResourceBuilder<ProjectResource> WithApiKey(this IResourceBuilder<ProjectResource> gateway)
    {
        var builder = gateway.ApplicationBuilder;
        // As an environment variable, where no hyphen may be, it is Parameters__api_key.
        return builder.ExecutionContext.IsPublishMode || !string.IsNullOrEmpty(builder.Configuration["Parameters:api-key"] ?? builder.Configuration["Parameters:api_key"])
            ? gateway.WithEnvironment("SECURITY__API_KEY", builder.AddParameter("api-key", secret: true))
            : gateway;
    }
}
