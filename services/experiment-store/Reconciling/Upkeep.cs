using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Checkpoints;
using Trainyard.ExperimentStore.Events;
using Trainyard.ExperimentStore.Runs;
using Trainyard.ExperimentStore.Search;

namespace Trainyard.ExperimentStore.Reconciling;

/// <summary>What may take its time in the background: none waits for another, nor the reconciler for them.</summary>
internal sealed class Upkeep(
    Ranks ranks, MissingParams missing, RunRemoval removal, CheckpointChecks checkpoints, ExpiredKeys keys, RunStateRefresh states,
    IOptions<RunOptions> options, TimeProvider clock, ILogger<Upkeep> logger)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(
            RepeatAsync("parameters", missing.AddAsync, once: true, stoppingToken),
            RepeatAsync("ranks", ranks.CatchUpAsync, once: false, stoppingToken),
            RepeatAsync("checkpoints", checkpoints.CatchUpAsync, once: false, stoppingToken),
            RepeatAsync("removals", removal.CatchUpAsync, once: false, stoppingToken),
            RepeatAsync("keys", keys.CatchUpAsync, once: false, stoppingToken),
            RepeatAsync("states in Redis", states.CatchUpAsync, once: false, stoppingToken));

    private async Task RepeatAsync(string what, Func<CancellationToken, Task> work, bool once, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.ReconcileEverySeconds), clock);
        do
        {
            try
            {
                await work(stoppingToken);
                if (once)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.LogError(exception, "Upkeep of {What} failed and is tried again", what);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
