using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.ServiceDefaults.Version;

namespace Trainyard.ExperimentStore.Machine;

/// <summary>Looks at CPU, memory and disk now and then, so that nobody who asks has to wait for a slow disk.</summary>
internal sealed class MachineMonitor(AppPaths paths, IOptions<MachineOptions> options, TimeProvider clock, ILogger<MachineMonitor> logger) : BackgroundService
{
    private static readonly VersionStatus Versions = new(RunningVersion.Current.Version, Environment.Version.ToString(), RuntimeInformation.OSDescription);

    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile MachineStatus? latest;
    private IReadOnlyList<GpuStatus>? gpus;
    private (long Busy, long Total)? lastCpu;
    private (TimeSpan Used, long At)? lastUse;

    /// <summary>The latest look; only the first is waited for.</summary>
    public async Task<MachineStatus> StatusAsync(CancellationToken cancellationToken)
    {
        await first.Task.WaitAsync(cancellationToken);
        return latest ?? throw new InvalidOperationException("The first look has been made by now.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var process = Process.GetCurrentProcess();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.SampleSeconds));
        do
        {
            latest = Look(process);
            first.TrySetResult();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private MachineStatus Look(Process process)
    {
        var uptime = DateTime.UtcNow - process.StartTime.ToUniversalTime();
        return new(
            clock.GetUtcNow(), Environment.ProcessorCount, CpuPercent(), Environment.TickCount64 / 1000.0,
            new(Try(() => LinuxProc.MemoryBytes("MemTotal")) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, Try(() => LinuxProc.MemoryBytes("MemAvailable"))),
            Try(Disk), new(OwnPercent(), Environment.WorkingSet, uptime.TotalSeconds), Versions, gpus ??= Try(LinuxProc.NvidiaGpus) ?? []);
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

    private DiskStatus Disk()
    {
        var disk = new DriveInfo(Directory.Exists(paths.DataRoot) ? paths.DataRoot : Path.GetPathRoot(paths.DataRoot) ?? "/");
        return new(disk.TotalSize, disk.AvailableFreeSpace);
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
            logger.LogDebug(exception, "A part of the machine's state can't be read");
            return default;
        }
    }
}
