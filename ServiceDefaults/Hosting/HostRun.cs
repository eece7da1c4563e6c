using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ServiceDefaults.Hosting;

public static class HostRun
{
    /// <summary>Runs until the host stops.</summary>
    /// <returns>0, or 1 when one of its background services failed: then whatever started the process should start it again.</returns>
    public static async Task<int> RunToExitCodeAsync(this WebApplication app)
    {
        FileMask.Restrict();
        // Read before the host disposes of them.
        BackgroundService[] services = [.. app.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        await app.RunAsync();
        return services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0;
    }
}
