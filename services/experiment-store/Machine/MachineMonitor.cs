using System.Globalization;
using Trainyard.ServiceDefaults.Paths;

namespace Trainyard.ExperimentStore.Machine;

/// <summary>Looks at CPU, memory and disk; Linux tells it in <c>/proc</c>.</summary>
internal sealed class MachineMonitor(AppPaths paths, TimeProvider clock)
{
    private readonly Lock gate = new();
    private (long Busy, long Total)? last;

    public MachineStatus Look()
    {
        var garbage = GC.GetGCMemoryInfo();
        var disk = new DriveInfo(ExistingFolder(paths.DataRoot));
        var uptime = DateTime.UtcNow - System.Diagnostics.Process.GetCurrentProcess().StartTime.ToUniversalTime();
        return new(
            clock.GetUtcNow(), Environment.ProcessorCount, CpuPercent(),
            new(MemoryInfo("MemTotal:") ?? garbage.TotalAvailableMemoryBytes, MemoryInfo("MemAvailable:")),
            new(disk.TotalSize, disk.AvailableFreeSpace),
            new(Environment.WorkingSet, uptime.TotalSeconds));
    }

    private double? CpuPercent()
    {
        if (ReadCpu() is not { } now)
        {
            return null;
        }
        lock (gate)
        {
            // The first look has nothing to compare with but the time since the machine started.
            var (busy, total) = (now.Busy - (last?.Busy ?? 0), now.Total - (last?.Total ?? 0));
            if (total > 0)
            {
                last = now;
            }
            return total > 0 ? Math.Clamp(100.0 * busy / total, 0, 100) : null;
        }
    }

    private static (long Busy, long Total)? ReadCpu()
    {
        if (!File.Exists("/proc/stat"))
        {
            return null;
        }
        // cpu user nice system idle iowait irq softirq steal …
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var total = ticks.Sum();
        return (total - ticks[3] - ticks[4], total);
    }

    private static long? MemoryInfo(string name) => File.Exists("/proc/meminfo")
        ? File.ReadLines("/proc/meminfo").Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Select(line => (long?)long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024).FirstOrDefault()
        : null;

    private static string ExistingFolder(string path) => Directory.Exists(path) ? path : Path.GetPathRoot(path) ?? "/";
}
