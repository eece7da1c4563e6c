using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Live;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Version;

namespace Trainyard.ExperimentStore.HostMetrics;

/// <summary>
/// Samples the machine at intervals, so that no request waits for a slow disk. Publishes each sample to subscribers and stores it.
/// </summary>
internal sealed class MachineMonitor(
    AppPaths paths, MachineHistory history, LivePublisher live, IOptions<MachineOptions> options, TimeProvider clock,
    ILogger<MachineMonitor> logger)
    : BackgroundService
{
    private static readonly VersionStatus Versions = new(
        RunningVersion.Current.Version, Environment.Version.ToString(), RuntimeInformation.OSDescription);
    private static readonly TimeSpan AgingInterval = TimeSpan.FromMinutes(10);

    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Rate disks = new();
    private readonly Rate network = new();
    private volatile MachineStatus? latest;
    private (long Busy, long Total)? lastCpu;
    private (TimeSpan Used, long At)? lastUse;
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
        using var process = Process.GetCurrentProcess();
        using var nvml = Nvml.TryOpen();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SampleSeconds));
        latest = Sample(process, nvml);
        first.TrySetResult();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var sample = latest = Sample(process, nvml);
            var values = sample.Values();
            live.AfterCommit([new SystemUpdate(RunId: null, sample.InstanceId, values)]);
            await StoreAsync(sample, values, stoppingToken);
        }
    }

    private async Task StoreAsync(MachineStatus sample, Dictionary<string, double> values, CancellationToken stoppingToken)
    {
        if (options.Value.KeepDays == 0)
        {
            return;
        }
        try
        {
            await history.AddAsync(sample.InstanceId, sample.Host, sample.Time, values, stoppingToken);
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

    private MachineStatus Sample(Process process, Nvml? nvml)
    {
        var uptime = DateTime.UtcNow - process.StartTime.ToUniversalTime();
        var (received, sent) = network.Next(Try(LinuxProc.NetworkBytes));
        return new(
            options.Value.InstanceId, Environment.MachineName, clock.GetUtcNow(), Environment.ProcessorCount, CpuPercent(),
            Environment.TickCount64 / 1000.0,
            new(Try(() => LinuxProc.MemoryBytes("MemTotal")) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
                Try(() => LinuxProc.MemoryBytes("MemAvailable"))),
            Disk(), new(received, sent), new(OwnPercent(), Environment.WorkingSet, uptime.TotalSeconds), Versions,
            nvml?.Read() ?? Try(LinuxProc.NvidiaGpus) ?? []);
    }

    private double? CpuPercent()
    {
        var (before, now) = (lastCpu, Try(LinuxProc.Cpu));
        lastCpu = now;
        return before is { } then && now is { } current && current.Total > then.Total
            ? Math.Clamp(100.0 * (current.Busy - then.Busy) / (current.Total - then.Total), 0, 100)
            : null;
    }

    private double? OwnPercent()
    {
        var (before, now) = (lastUse, (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp()));
        lastUse = now;
        return before is { } then && Stopwatch.GetElapsedTime(then.At, now.Item2) is { Ticks: > 0 } passed
            ? Math.Clamp(100 * (now.TotalTime - then.Used) / passed / Environment.ProcessorCount, 0, 100)
            : null;
    }

    private DiskStatus? Disk()
    {
        var (read, written) = disks.Next(Try(LinuxProc.DiskBytes));
        return Try(() =>
        {
            var disk = new DriveInfo(Directory.Exists(paths.DataRoot) ? paths.DataRoot : Path.GetPathRoot(paths.DataRoot) ?? "/");
            return new DiskStatus(disk.TotalSize, disk.AvailableFreeSpace, read, written);
        });
    }

    /// <summary>Leaves out what can't be read, so that one broken source doesn't stop the others.</summary>
    private T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            logger.LogDebug(exception, "Can't read a part of the host metrics");
            return default;
        }
    }
}
