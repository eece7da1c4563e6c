using Microsoft.Extensions.Diagnostics.HealthChecks;
using Trainyard.Gateway.Proxy;
using Trainyard.ServiceDefaults;

namespace Trainyard.Gateway.Health;

/// <summary>Every service by name in <c>/readyz</c>. The gateway itself goes on answering when one is down: it has something to say.</summary>
internal static class ServiceHealth
{
    public static void AddServiceHealth(this IHostApplicationBuilder builder)
    {
        foreach (var service in Routes.Services)
        {
            builder.Services.AddHealthChecks().TryAdd(new(
                service, services => new Check(services.GetRequiredService<ServiceClient>(), service), HealthStatus.Degraded, tags: null));
        }
    }

    private sealed class Check(ServiceClient client, string service) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            using var answer = await client.GetAsync(service, "/health", cancellationToken);
            return answer switch
            {
                null => new(context.Registration.FailureStatus, "It does not answer."),
                { IsSuccessStatusCode: true } => HealthCheckResult.Healthy(),
                _ => new(context.Registration.FailureStatus, $"It says that it is not ready ({(int)answer.StatusCode})."),
            };
        }
    }
}
