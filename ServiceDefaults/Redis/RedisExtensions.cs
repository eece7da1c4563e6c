using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;
using Trainyard.Contracts;
using Trainyard.ServiceDefaults.Telemetry;

namespace Trainyard.ServiceDefaults.Redis;

public static class RedisExtensions
{
    /// <summary>
    /// Adds the process's Redis connection, from <c>ConnectionStrings:redis</c>, with health check <c>redis</c> and traces. Services in one
    /// process share it. If Redis is down at startup, the connection is made later.
    /// </summary>
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        if (!builder.Properties.TryAdd(typeof(RedisExtensions), ResourceNames.Redis))
        {
            return;
        }
        builder.Configuration.RequireConnectionString(ResourceNames.Redis);
        builder.AddRedisClient(ResourceNames.Redis, settings =>
        {
            settings.DisableTracing = !builder.ExportsTelemetry();
            // The package's check waits for the command timeout, which is longer than the timeout of /readyz probes.
            settings.DisableHealthChecks = true;
        });
        builder.Services.AddHealthChecks().TryAdd(new(
            ResourceNames.Redis,
            services => new RedisHealthCheck(services.GetRequiredService<IConnectionMultiplexer>()),
            HealthStatus.Unhealthy,
            tags: null));
    }

    private sealed class RedisHealthCheck(IConnectionMultiplexer redis) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await redis.GetDatabase().PingAsync().WaitAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, "It does not answer.", exception);
            }
        }
    }
}
