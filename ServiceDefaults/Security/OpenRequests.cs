using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Trainyard.ServiceDefaults.Security;

/// <summary>
/// The requests under way of keys that can be revoked or expire. A WebSocket or a stream may last for days: it ends with its key, as does
/// every other request.
/// </summary>
internal sealed class OpenRequests(KeyRing keys, TimeProvider clock, ILogger<OpenRequests> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<HttpContext, Caller> open = new();

    /// <summary>Runs the rest of a request, which ends early when its key does.</summary>
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
                if (!keys.StillCounts(caller))
                {
                    logger.LogInformation("A request of key {KeyId} is ended: the key was revoked or has expired", caller.Id);
                    http.Abort();
                }
            }
        }
    }
}
