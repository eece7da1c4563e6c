using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Trainyard.AppHost.Commands;

internal static class OnlyWhenHealthy
{
    public static ResourceCommandState State(UpdateCommandStateContext context) =>
        context.ResourceSnapshot.HealthStatus is HealthStatus.Healthy ? ResourceCommandState.Enabled : ResourceCommandState.Disabled;
}
