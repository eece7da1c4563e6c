using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Live;
using Trainyard.ExperimentStore.Storage;
using Trainyard.HostMetrics;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Version;

namespace Trainyard.ExperimentStore.HostMetrics;

/// <summary>
/// Samples the machine at intervals, so that no request waits for a slow disk. Publishes each sample to subscribers and stores it.
/// </summary>
internal sealed class MachineMonitor(
    AppPaths paths, MachineHistory history, SchemaMigration schema, LivePublisher live, IOptions<MachineOptions> options,
    TimeProvider clock, ILogger<MachineMonitor> logger)
    : BackgroundService
{
    private static readonly VersionStatus Versions = new(
        RunningVersion.Current.Version, Environment.Version.ToString(), RuntimeInformation.OSDescription);
    private static readonly TimeSpan AgingInterval = TimeSpan.FromMinutes(10);

    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile MachineStatus? latest;
    private long lastAging;

    /// <summary>The latest sample. Waits only for the first one.</summary>
    public async Task<MachineStatus> StatusAsync(CancellationToken cancellationToken)
    {
        await first.Task.WaitAsync(cancellationToken);
        return latest ?? throw new InvalidOperationException("The first sample has been taken by now.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first sample must not delay the start of the host.
        await Task.Yield();
        using var host = new HostSampler(paths.DataRoot, clock, Unreadable);
        using var timer = new PeriodicTimer(options.Value.SampleEvery);
        latest = Status(host.Sample());
        first.TrySetResult();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var sample = host.Sample();
            var values = sample.Values();
            latest = Status(sample);
            live.AfterCommit([new SystemUpdate(RunId: null, options.Value.InstanceId, values)]);
            await StoreAsync(sample, values, stoppingToken);
        }
    }

    private async Task StoreAsync(HostStatus sample, Dictionary<string, double> values, CancellationToken stoppingToken)
    {
        if (options.Value.Keep == TimeSpan.Zero || !schema.IsCompleted)
        {
            return;
        }
        try
        {
            await history.AddAsync(options.Value.InstanceId, sample.Host, sample.Time, values, stoppingToken);
            if (lastAging == 0 || Stopwatch.GetElapsedTime(lastAging) > AgingInterval)
            {
                await history.AgeAsync(stoppingToken);
                lastAging = Stopwatch.GetTimestamp();
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogWarning(exception, "A sample of the machine's state could not be stored. The history has a gap there");
        }
    }

    private MachineStatus Status(HostStatus sample) => MachineStatus.Of(options.Value.InstanceId, sample, Versions);

    private void Unreadable(Exception exception) => logger.LogDebug(exception, "Can't read a part of the host metrics");
}
