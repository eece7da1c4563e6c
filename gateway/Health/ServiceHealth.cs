using Microsoft.Extensions.Diagnostics.HealthChecks;
using Trainyard.Gateway.Proxy;
using Trainyard.ServiceDefaults;

namespace Trainyard.Gateway.Health;

/// <summary>Adds every service to <c>/readyz</c>. A service that is down degrades the gateway but doesn't make it unready.</summary>
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
            var answers = await client.AskAllAsync(service, "/health", cancellationToken);
            var ready = answers.Count(answer => answer is { IsSuccessStatusCode: true });
            var silent = answers.Count(answer => answer is null);
            foreach (var answer in answers)
            {
                answer?.Dispose();
            }
            return ready == answers.Count
                ? HealthCheckResult.Healthy()
                : new(context.Registration.FailureStatus, Describe(ready, silent, answers.Count));
        }

        private static string Describe(int ready, int silent, int all) => (all, silent) switch
        {
            (1, 1) => "It does not respond.",
            (1, _) => "It is not ready.",
            _ => $"{ready} of {all} replicas are ready, {all - ready - silent} are not ready, {silent} do not respond.",
        };
    }
}
