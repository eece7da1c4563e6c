using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Storage;

namespace Trainyard.ExperimentStore.Training;

/// <summary>Repeats every feature's background work. No job waits for another.</summary>
internal sealed class MaintenanceJobs(
    IEnumerable<IMaintenanceJob> jobs, IOptions<RunOptions> options, TimeProvider clock, ILogger<MaintenanceJobs> logger)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(jobs.Select(job => RepeatAsync(job, stoppingToken)));

    private async Task RepeatAsync(IMaintenanceJob job, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ReconcileEvery, clock);
        do
        {
            try
            {
                await job.CatchUpAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "The maintenance job {Job} failed. It runs again in {Seconds} s.",
                    job.Name, options.Value.ReconcileEvery.TotalSeconds);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
