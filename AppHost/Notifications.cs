namespace Trainyard.AppHost;

internal static class Notifications
{
    private static readonly string[] Sections = ["NOTIFIER", "DISCORD", "SLACK", "EMAIL", "OUTBOUND"];
    private static readonly string[] Names = ["DISCORD_TOKEN", "DISCORD_OWNER_ID", "DISCORD_WEBHOOK_URL", "API_BASE_URL"];

    /// <summary>
    /// Passes the notifier's settings on. When publishing they are left out, because the output would contain secrets: set them where the
    /// notifier is deployed.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithNotifications(this IResourceBuilder<ProjectResource> service)
    {
        var builder = service.ApplicationBuilder;
        if (builder.ExecutionContext.IsPublishMode)
        {
            return service;
        }
        foreach (var setting in Sections.SelectMany(section => builder.Configuration.GetSection(section).GetChildren()))
        {
            Pass(setting.Path.Replace(":", "__", StringComparison.Ordinal), setting.Value);
        }
        foreach (var name in Names)
        {
            Pass(name, builder.Configuration[name]);
        }
        return service;

        void Pass(string variable, string? value)
        {
            if (value is { Length: > 0 })
            {
                service.WithEnvironment(variable, value);
            }
        }
    }
}
