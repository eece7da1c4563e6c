using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Trainyard.Contracts;
using Trainyard.ServiceDefaults.Telemetry;

namespace Trainyard.ServiceDefaults.Redis;

public static class RedisExtensions
{
    private const string AspireHealthCheck = "StackExchange.Redis";

    /// <summary>
    /// Adds one connection for the process, from <c>ConnectionStrings:redis</c>, with its health check <c>redis</c> and its traces. Services that
    /// share a process share the connection. A Redis that is down at start is connected to later.
    /// </summary>
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        if (!builder.Properties.TryAdd(typeof(RedisExtensions), ResourceNames.Redis))
        {
            return;
        }
        builder.Configuration.RequireConnectionString(ResourceNames.Redis);
        builder.AddRedisClient(ResourceNames.Redis, settings => settings.DisableTracing = !builder.ExportsTelemetry());
        builder.Services.AddHealthChecks().Rename(AspireHealthCheck, ResourceNames.Redis);
    }
}
