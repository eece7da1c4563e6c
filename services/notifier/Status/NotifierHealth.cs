using Microsoft.Extensions.Diagnostics.HealthChecks;
using Trainyard.Notifier.Runs;
using Trainyard.Notifier.Storage;

namespace Trainyard.Notifier.Status;

/// <summary>Degraded while no message can be prepared. A receiver that fails shows in the state of the channels instead.</summary>
internal sealed class NotifierHealth(SchemaMigration schema, CatchUp catchUp) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Problem() is { } problem ? new(context.Registration.FailureStatus, problem) : HealthCheckResult.Healthy());

    private string? Problem() => !schema.IsCompleted ? "Its tables are not up to date yet."
        : catchUp.StoreAnswers is false ? "It can't read runs from the API; see NOTIFIER__API_KEY and API_BASE_URL."
        : null;
}
