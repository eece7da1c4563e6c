using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Trainyard.ServiceDefaults;

public static class HealthChecksBuilderExtensions
{
    // Shorter than the timeout of probes of /readyz, so that the response can still name the server that is down.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.5);

    /// <summary>Adds a check unless another service in the process has registered one with the same name.</summary>
    public static IHealthChecksBuilder TryAdd(this IHealthChecksBuilder checks, HealthCheckRegistration registration)
    {
        registration.Timeout = Timeout;
        checks.Services.Configure<HealthCheckServiceOptions>(options =>
        {
            if (options.Registrations.All(known => !string.Equals(known.Name, registration.Name, StringComparison.Ordinal)))
            {
                options.Registrations.Add(registration);
            }
        });
        return checks;
    }
}
