using System.Globalization;

namespace Trainyard.HostMetrics;

/// <summary>Reads counters from <c>/proc</c>. Every method returns null on systems other than Linux.</summary>
internal static class LinuxProc
{
    private const long SectorBytes = 512;
    private const string Gpus = "/proc/driver/nvidia/gpus";

    /// <summary>Ticks of all cores since boot.</summary>
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

    /// <summary>
    /// Bytes read from and written to all physical disks. Partitions and layered devices would count twice, so they are left out.
    /// </summary>
    public static (long In, long Out)? DiskBytes()
    {
        if (!File.Exists("/proc/diskstats"))
        {
            return null;
        }
        // major minor name reads merged sectors-read ms writes merged sectors-written …
        var disks = File.ReadLines("/proc/diskstats").Select(Words)
            .Where(disk => disk.Length > 9 && Directory.Exists($"/sys/block/{disk[2]}/device")).ToList();
        return (SectorBytes * disks.Sum(disk => Number(disk[5])), SectorBytes * disks.Sum(disk => Number(disk[9])));
    }

    /// <summary>
    /// Bytes received and sent by the network cards. A container has none: then by every interface except loopback.
    /// </summary>
    public static (long In, long Out)? NetworkBytes()
    {
        if (!File.Exists("/proc/net/dev"))
        {
            return null;
        }
        // Two lines of headings, then name: received-bytes … (8 columns) sent-bytes …
        var interfaces = File.ReadLines("/proc/net/dev").Skip(2).Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2)
            .Select(parts => (Name: parts[0].Trim(), Columns: Words(parts[1])))
            .Where(card => card.Name != "lo" && card.Columns.Length > 8).ToList();
        var cards = interfaces.FindAll(card => Directory.Exists($"/sys/class/net/{card.Name}/device"));
        var counted = cards.Count > 0 ? cards : interfaces;
        return (counted.Sum(card => Number(card.Columns[0])), counted.Sum(card => Number(card.Columns[8])));
    }

    /// <summary>The GPUs that NVIDIA's driver lists.</summary>
    public static IReadOnlyList<GpuStatus> NvidiaGpus() => Directory.Exists(Gpus)
        ? [.. Directory.EnumerateDirectories(Gpus).Order(StringComparer.Ordinal)
            .Select(gpu => Path.Combine(gpu, "information")).Where(File.Exists)
            .Select((file, index) => new GpuStatus(index, Value(file, "Model") ?? "NVIDIA"))]
        : [];

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string? Value(string file, string name) => File.ReadLines(file)
        .Select(line => line.Split(':', 2)).FirstOrDefault(parts => parts.Length == 2 && parts[0].Trim() == name)?[1].Trim();
}
