namespace Trainyard.AppHost;

internal static class Settings
{
    /// <summary>A folder from the configuration; otherwise one below the repository.</summary>
    public static string FolderSetting(this IDistributedApplicationBuilder builder, string key, string belowRepository) =>
        Path.GetFullPath(builder.Configuration[key] ?? Path.Combine("..", belowRepository), builder.AppHostDirectory);

    public static IResourceBuilder<ProjectResource> WithFolders(this IResourceBuilder<ProjectResource> service, string artifacts, string corpora) =>
        service.WithEnvironment("APP__ARTIFACTS_ROOT", artifacts).WithEnvironment("APP__CORPUS_ROOT", corpora);

    /// <summary>The key callers must send, when <c>Parameters:api-key</c> gives one.</summary>
    public static IResourceBuilder<ProjectResource> WithApiKey(this IResourceBuilder<ProjectResource> gateway) =>
        string.IsNullOrEmpty(gateway.ApplicationBuilder.Configuration["Parameters:api-key"])
            ? gateway
            : gateway.WithEnvironment("SECURITY__API_KEY", gateway.ApplicationBuilder.AddParameter("api-key", secret: true));
}
