using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Trainyard.ServiceDefaults;

public static class HealthChecksBuilderExtensions
{
    // Shorter than callers of /readyz wait, so that the answer still names the server that is down.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.5);

    /// <summary>Adds a check unless another service in the same process has added one of that name.</summary>
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
