using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Trainyard.Demo;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.Standalone;

/// <summary>Runs the demo against this process's own API once it listens.</summary>
internal sealed class DemoService(IServer server, IOptions<SecurityOptions> security, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        using var http = new HttpClient { BaseAddress = ListeningAddresses.Local(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []) };
        if (security.Value.ApiKey is { } key)
        {
            http.DefaultRequestHeaders.Add("X-Api-Key", key);
        }
        var demo = new DemoTraining(http, Report);
        try
        {
            await demo.FollowAsync(await demo.StartAsync(stoppingToken), stoppingToken);
        }
        catch (DemoException failure)
        {
            Report(failure.Message);
        }
    }

    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
        {
            await started.Task.WaitAsync(cancellationToken);
        }
    }

    private static void Report(string line) => Console.WriteLine($"demo: {line}");
}
