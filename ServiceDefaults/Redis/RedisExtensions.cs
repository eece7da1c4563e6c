using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.Redis;

public static class RedisExtensions
{
    /// <summary>One connection for the process, from <c>ConnectionStrings:redis</c>; it comes up when Redis does.</summary>
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        var connectionString = builder.Configuration.RequireConnectionString(ResourceNames.Redis);
        builder.Services.TryAddSingleton<IConnectionMultiplexer>(services =>
        {
            var options = ConfigurationOptions.Parse(connectionString);
            options.AbortOnConnectFail = false;
            options.LoggerFactory = services.GetRequiredService<ILoggerFactory>();
            return ConnectionMultiplexer.Connect(options);
        });
        builder.Services.AddHealthChecks().TryAdd(new("redis",
            services => new RedisHealthCheck(services.GetRequiredService<IConnectionMultiplexer>()), HealthStatus.Unhealthy, tags: null));
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
                return new HealthCheckResult(context.Registration.FailureStatus, "Redis does not answer.", exception);
            }
        }
    }
}
