using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Trainyard.Contracts;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.Messaging;
using Trainyard.ServiceDefaults.Security;

namespace Trainyard.Notifier.Runs;

/// <summary>
/// Where the store's API is: <c>API_BASE_URL</c>, else the service beside this one or, in Standalone, this process itself.
/// </summary>
internal sealed class StoreAddress(
    IOptions<NotifierOptions> options, IOptions<SecurityOptions> security, IConfiguration configuration, IServer server,
    IHostApplicationLifetime lifetime)
{
    private readonly bool isHere = configuration.GetWord("BUS", "TRANSPORT", BusTransport.RabbitMq) is BusTransport.InMemory;

    /// <summary>The API key to send; null for none.</summary>
    public string? Key => options.Value.ApiKey is { Length: > 0 } key ? key : isHere ? security.Value.ApiKey : null;

    public async Task<Uri> GetAsync(CancellationToken cancellationToken)
    {
        if (options.Value.ApiBaseUrl is { Length: > 0 } url)
        {
            return new(url.TrimEnd('/') + "/");
        }
        if (!isHere)
        {
            return new($"http://{ResourceNames.ExperimentStore}/");
        }
        await StartedAsync(cancellationToken);
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var own = addresses.FirstOrDefault(listening => listening.StartsWith("http://", StringComparison.Ordinal)) ?? addresses.First();
        return new(own
            .Replace("[::]", "localhost", StringComparison.Ordinal)
            .Replace("0.0.0.0", "localhost", StringComparison.Ordinal)
            .TrimEnd('/') + "/");
    }

    private async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
        {
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
            await started.Task.WaitAsync(cancellationToken);
        }
    }
}
