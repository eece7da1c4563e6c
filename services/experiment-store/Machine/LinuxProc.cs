using System.Globalization;

namespace Trainyard.ExperimentStore.Machine;

/// <summary>What Linux tells in <c>/proc</c>; nothing elsewhere.</summary>
internal static class LinuxProc
{
    private const string Gpus = "/proc/driver/nvidia/gpus";

    /// <summary>Ticks of all cores since the machine started.</summary>
    public static (long Busy, long Total)? Cpu()
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

    /// <param name="name">Such as <c>MemAvailable</c>.</param>
    public static long? MemoryBytes(string name) => File.Exists("/proc/meminfo") && Value("/proc/meminfo", name) is { } text
        ? long.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture) * 1024
        : null;

    /// <summary>The GPUs NVIDIA's driver has found.</summary>
    public static IReadOnlyList<GpuStatus> NvidiaGpus() => Directory.Exists(Gpus)
        ? [.. Directory.EnumerateDirectories(Gpus).Order(StringComparer.Ordinal)
            .Select(gpu => Path.Combine(gpu, "information")).Where(File.Exists)
            .Select(file => new GpuStatus(Value(file, "Model") ?? "NVIDIA"))]
        : [];

    private static string? Value(string file, string name) => File.ReadLines(file)
        .Select(line => line.Split(':', 2)).FirstOrDefault(parts => parts.Length == 2 && parts[0].Trim() == name)?[1].Trim();
}
