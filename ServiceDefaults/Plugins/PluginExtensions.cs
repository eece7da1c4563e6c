using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ServiceDefaults.Plugins;

internal static class PluginExtensions
{
    /// <summary>Reads the plugins once, before the first request is validated.</summary>
    public static void AddPlugins(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services =>
        {
            var folder = PluginFolder.Read(services.GetRequiredService<AppPaths>());
            folder.AddFamilies();
            return folder;
        });
        builder.Services.AddHostedService<PluginLog>();
    }

    /// <summary>Reads the plugins at the start and logs what was found.</summary>
    private sealed class PluginLog(PluginFolder folder, AppPaths paths, ILogger<PluginLog> logger) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (var plugin in folder.Plugins)
            {
                logger.LogInformation(
                    "Plugin {Plugin} {Version} in {Folder} brings the model families {Families}",
                    plugin.Name, plugin.Manifest.Version, plugin.Folder, string.Join(", ", plugin.Manifest.ModelFamilies.Keys));
            }
            foreach (var fault in folder.Faults)
            {
                logger.LogError(
                    "{Folder} is not used as a plugin: {Reasons}. Correct it and restart; the other plugins of {Root} are not affected",
                    fault.Folder, fault.Message, paths.PluginsRoot);
            }
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
