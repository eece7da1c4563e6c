using System.Diagnostics;

namespace Trainyard.HostMetrics;

/// <summary>
/// Samples the machine this process runs on. Counters of CPU, disks and network come from Linux's <c>/proc</c> and are null on other
/// systems; figures of GPUs come from NVIDIA's management library. Call it from one thread at a time.
/// </summary>
/// <param name="folder">The folder whose disk is reported. If it does not exist yet, the disk of its root is.</param>
/// <param name="clock">Gives the time of a sample.</param>
/// <param name="unreadable">
/// Called with the failure of each part that can't be read. The sample has null there, so one broken source doesn't stop the others.
/// </param>
public sealed class HostSampler(string folder, TimeProvider clock, Action<Exception> unreadable) : IDisposable
{
    private readonly Process process = Process.GetCurrentProcess();
    private readonly Nvml? nvml = Nvml.TryOpen();
    private readonly Rate disks = new();
    private readonly Rate network = new();
    private (long Busy, long Total)? lastCpu;
    private (TimeSpan Used, long At)? lastUse;

    /// <summary>
    /// The machine now. Percentages of CPU and rates cover the time since the previous sample, and are null in the first. May wait for a
    /// slow disk.
    /// </summary>
    public HostStatus Sample()
    {
        var uptime = DateTime.UtcNow - process.StartTime.ToUniversalTime();
        var (received, sent) = network.Next(Try(LinuxProc.NetworkBytes));
        return new(
            Environment.MachineName, clock.GetUtcNow(), Environment.ProcessorCount, CpuPercent(), Environment.TickCount64 / 1000.0,
            new(Try(() => LinuxProc.MemoryBytes("MemTotal")) ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
                Try(() => LinuxProc.MemoryBytes("MemAvailable"))),
            Disk(), new(received, sent), new(OwnPercent(), Environment.WorkingSet, uptime.TotalSeconds),
            nvml?.Read() ?? Try(LinuxProc.NvidiaGpus) ?? []);
    }

    /// <summary>Closes NVIDIA's library.</summary>
    public void Dispose()
    {
        nvml?.Dispose();
        process.Dispose();
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
            var disk = new DriveInfo(Directory.Exists(folder) ? folder : Path.GetPathRoot(folder) ?? "/");
            return new DiskStatus(disk.TotalSize, disk.AvailableFreeSpace, read, written);
        });
    }

    private T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            unreadable(exception);
            return default;
        }
    }
}
