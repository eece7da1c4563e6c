using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Trainyard.ServiceDefaults.Hosting;

public static class HostRun
{
    /// <summary>Builds and runs a host. An invalid setting is reported in one line that names the setting.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> StartAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (OptionsValidationException failure)
        {
            await Console.Error.WriteLineAsync($"Trainyard can't start: {string.Join(" ", failure.Failures)}");
            return 1;
        }
    }

    /// <summary>Runs until the host stops.</summary>
    /// <returns>0, or 1 if a background service failed, so that the supervisor restarts the process.</returns>
    public static async Task<int> RunToExitCodeAsync(this WebApplication app)
    {
        // Resolve the services before the host disposes them.
        BackgroundService[] services = [.. app.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        await app.RunAsync();
        return services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }
}
