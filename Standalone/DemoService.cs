using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Trainyard.Demo;
using Trainyard.ServiceDefaults.Security;
using Trainyard.ServiceDefaults.Telemetry;

namespace Trainyard.Standalone;

/// <summary>Runs the demo against this process's API once it listens.</summary>
internal sealed class DemoService(
    IServer server,
    IOptions<SecurityOptions> security,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    ILogger<DemoService> logger)
    : BackgroundService
{
    private readonly bool writesText = LogFormat.IsText(configuration);


    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        using var http = new HttpClient { BaseAddress = ListeningAddresses.Local(addresses) };
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

    private void Report(string line)
    {
        if (writesText)
        {
            Console.WriteLine($"demo: {line}");
        }
        else
        {
            logger.LogInformation("demo: {Line}", line);
        }
    }
}
