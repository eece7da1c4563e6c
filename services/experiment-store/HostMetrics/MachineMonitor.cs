using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Trainyard.ExperimentStore.Live;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Version;

namespace Trainyard.ExperimentStore.HostMetrics;

/// <summary>
/// Looks at the machine now and then, so that nobody who asks has to wait for a slow disk; tells subscribers what it saw, and
/// keeps it.
/// </summary>
internal sealed class MachineMonitor(
    AppPaths paths, MachineHistory history, LivePublisher live, IOptions<MachineOptions> options, TimeProvider clock, ILogger<MachineMonitor> logger)
    : BackgroundService
{
    private static readonly VersionStatus Versions = new(RunningVersion.Current.Version, Environment.Version.ToString(), RuntimeInformation.OSDescription);
    private static readonly TimeSpan BetweenAgeings = TimeSpan.FromMinutes(10);

    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Rate disks = new();
    private readonly Rate network = new();
    private volatile MachineStatus? latest;
    private (long Busy, long Total)? lastCpu;
    private (TimeSpan Used, long At)? lastUse;
    private long agedAt;

    /// <summary>The latest look; only the first is waited for.</summary>
    public async Task<MachineStatus> StatusAsync(CancellationToken cancellationToken)
    {
        await first.Task.WaitAsync(cancellationToken);
        return latest ?? throw new InvalidOperationException("The first look has been made by now.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The first look must not keep the host from starting.
        await Task.Yield();
        using var process = Process.GetCurrentProcess();
        using var nvml = Nvml.TryOpen();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SampleSeconds));
        latest = Look(process, nvml);
        first.TrySetResult();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var look = latest = Look(process, nvml);
            var values = look.Values();
            live.AfterCommit([new SystemUpdate(RunId: null, look.InstanceId, values)]);
            await KeepAsync(look, values, stoppingToken);
        }
    }

    private async Task KeepAsync(MachineStatus look, Dictionary<string, double> values, CancellationToken stoppingToken)
    {
        if (options.Value.KeepDays == 0)
        {
            return;
        }
        try
        {
            await history.AddAsync(look.InstanceId, look.Host, look.Time, values, stoppingToken);
            if (agedAt == 0 || Stopwatch.GetElapsedTime(agedAt) > BetweenAgeings)
            {
                await history.AgeAsync(stoppingToken);
                agedAt = Stopwatch.GetTimestamp();
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogWarning(exception, "A sample of the host metrics could not be stored");
        }
    }

    private MachineStatus Look(Process process, Nvml? nvml)
    {
        var uptime = DateTime.UtcNow - process.StartTime.ToUniversalTime();
        var (received, sent) = network.Next(Try(LinuxProc.NetworkBytes));
        return new(
            options.Value.InstanceId, Environment.MachineName, clock.GetUtcNow(), Environment.ProcessorCount, CpuPercent(), Environment.TickCount64 / 1000.0,
            new(Try(() => LinuxProc.MemoryBytes("MemTotal")) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Try(() => LinuxProc.MemoryBytes("MemAvailable"))),
            Disk(), new(received, sent), new(OwnPercent(), Environment.WorkingSet, uptime.TotalSeconds), Versions, nvml?.Read() ?? Try(LinuxProc.NvidiaGpus) ?? []);
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

    /// <summary>What can't be looked at is left out: it is no reason to stop looking.</summary>
    private T? Try<T>(Func<T?> look)
    {
        try
        {
            return look();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            logger.LogDebug(exception, "Can't read a part of the host metrics");
            return default;
        }
    }
}
