namespace Trainyard.AppHost;

/// <summary>
/// The folders shared by the services: data, artifacts and corpora, and that of the plugins if one is set. Otherwise each service takes the
/// one beside the data folder.
/// </summary>
internal sealed record Folders(string Data, string Artifacts, string Corpora, string? Plugins = null)
{
    /// <summary>The data folder in the images, writable by their user.</summary>
    public const string ContainerData = "/app/data";

    public const string ContainerCorpora = "/corpus";

    /// <summary>The folders on this machine or, when publishing, in the containers.</summary>
    public static Folders Of(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return new(ContainerData, $"{ContainerData}/artifacts", ContainerCorpora);
        }
        var data = Setting(builder, "APP:DATA_ROOT", "data");
        return new(
            data, Setting(builder, "APP:ARTIFACTS_ROOT", Path.Combine(data, "artifacts")), Setting(builder, "APP:CORPUS_ROOT", "."),
            builder.Configuration["APP:PLUGINS_ROOT"] is { Length: > 0 } ? Setting(builder, "APP:PLUGINS_ROOT", "plugins") : null);
    }

    private static string Setting(IDistributedApplicationBuilder builder, string key, string inRepository) =>
        Path.GetFullPath(builder.Configuration[key] ?? Path.Combine("..", inRepository), builder.AppHostDirectory);
}
