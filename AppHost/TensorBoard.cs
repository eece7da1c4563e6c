namespace Trainyard.AppHost;

internal static class TensorBoard
{
    private const string Section = "TENSORBOARD";
    private const string LogDir = "LOG_DIR";

    /// <summary>
    /// Passes the settings <c>TENSORBOARD__*</c> on. Each service has a working directory of its own, so a relative folder becomes a full
    /// path, relative to the AppHost's like the other folders.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithTensorBoard(this IResourceBuilder<ProjectResource> service)
    {
        var builder = service.ApplicationBuilder;
        foreach (var setting in builder.Configuration.GetSection(Section).GetChildren())
        {
            if (setting.Value is { Length: > 0 } value)
            {
                var isFolder = builder.ExecutionContext.IsRunMode && setting.Key.Equals(LogDir, StringComparison.OrdinalIgnoreCase);
                service.WithEnvironment(
                    $"{Section}__{setting.Key}", isFolder ? Path.GetFullPath(value, builder.AppHostDirectory) : value);
            }
        }
        return service;
    }
}
