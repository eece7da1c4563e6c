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
            var answers = await client.AskAllAsync(service, "/health", cancellationToken);
            var (ready, silent) = (answers.Count(answer => answer is { IsSuccessStatusCode: true }), answers.Count(answer => answer is null));
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
            (1, 1) => "It does not answer.",
            (1, _) => "It says that it is not ready.",
            _ => $"Of {all} replicas {ready} are ready, {all - ready - silent} say that they are not, {silent} do not answer.",
        };
    }
}
