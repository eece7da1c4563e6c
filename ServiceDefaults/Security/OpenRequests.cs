using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>
/// Open requests of keys that can be revoked or expire. WebSockets and streams may last for days, so a request is aborted when its key
/// becomes invalid.
/// </summary>
internal sealed class OpenRequests(KeyRing keys, TimeProvider clock, ILogger<OpenRequests> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<HttpContext, Caller> open = new();

    /// <summary>Runs the rest of the pipeline, and aborts the request when its key becomes invalid.</summary>
    public async Task FollowAsync(HttpContext http, Caller caller, RequestDelegate next)
    {
        open[http] = caller;
        try
        {
            await next(http);
        }
        finally
        {
            open.TryRemove(http, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenLooks, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (http, caller) in open)
            {
                if (!keys.IsStillValid(caller))
                {
                    logger.LogInformation("Aborted a request of key {KeyId}: the key was revoked or has expired", caller.Id);
                    http.Abort();
                }
            }
        }
    }
}
