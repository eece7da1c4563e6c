
namespace Trainyard.ExperimentStore.HostMetrics;

/// <summary>The machine the store runs on. Null is what the system doesn't report; rates are null in the first sample.</summary>
/// <param name="InstanceId">The replica that answers.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Time">When the sample was taken.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="CpuPercent">Use of all cores since the previous sample.</param>
/// <param name="UptimeSeconds">Time since the machine booted.</param>
/// <param name="Memory">Memory of the machine.</param>
/// <param name="Disk">The disk of the data root, and the traffic of all disks; null if it can't be read.</param>
/// <param name="Network">Traffic of the network cards.</param>
/// <param name="Process">The store's own process.</param>
/// <param name="Versions">Versions of Trainyard, .NET and the operating system.</param>
/// <param name="Gpus">The GPUs, if there are any.</param>
internal sealed record MachineStatus(
    string InstanceId, string Host, DateTimeOffset Time, int Cores, double? CpuPercent, double UptimeSeconds,
    MemoryStatus Memory, DiskStatus? Disk,
    NetworkStatus Network, ProcessStatus Process, VersionStatus Versions, IReadOnlyList<GpuStatus> Gpus)
{
    /// <summary>The values that change, by name. They are stored in the history and sent to subscribers.</summary>
    public Dictionary<string, double> Values()
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        Add("cpu_percent", CpuPercent);
        Add("memory_used_bytes", Memory.TotalBytes - Memory.AvailableBytes);
        Add("disk_free_bytes", Disk?.FreeBytes);
        Add("disk_read_bytes_per_second", Disk?.ReadBytesPerSecond);
        Add("disk_written_bytes_per_second", Disk?.WrittenBytesPerSecond);
        Add("network_received_bytes_per_second", Network.ReceivedBytesPerSecond);
        Add("network_sent_bytes_per_second", Network.SentBytesPerSecond);
        Add("process_cpu_percent", Process.CpuPercent);
        Add("process_memory_bytes", Process.MemoryBytes);
        foreach (var gpu in Gpus)
        {
            Add($"gpu/{gpu.Index}/utilization_percent", gpu.UtilizationPercent);
            Add($"gpu/{gpu.Index}/memory_used_bytes", gpu.MemoryUsedBytes);
            Add($"gpu/{gpu.Index}/temperature_celsius", gpu.TemperatureCelsius);
            Add($"gpu/{gpu.Index}/power_watts", gpu.PowerWatts);
        }
        return values;

        void Add(string name, double? value)
        {
            if (value is { } known)
            {
                values[name] = known;
            }
        }
    }
}

/// <summary>The machine's memory, in bytes.</summary>
internal sealed record MemoryStatus(long TotalBytes, long? AvailableBytes);

/// <summary>Space and traffic of the disk that holds the data, in bytes and bytes per second.</summary>
internal sealed record DiskStatus(long TotalBytes, long FreeBytes, double? ReadBytesPerSecond, double? WrittenBytesPerSecond);

/// <summary>The machine's network traffic, in bytes per second.</summary>
internal sealed record NetworkStatus(double? ReceivedBytesPerSecond, double? SentBytesPerSecond);

/// <summary>The processor time, in percent, and memory, in bytes, of Trainyard's process.</summary>
/// <param name="CpuPercent">Share of all cores since the previous sample; null in the first.</param>
/// <param name="MemoryBytes">Resident memory.</param>
/// <param name="UptimeSeconds">Time since the process started.</param>
internal sealed record ProcessStatus(double? CpuPercent, long MemoryBytes, double UptimeSeconds);

/// <summary>The versions of Trainyard, .NET and the operating system.</summary>
internal sealed record VersionStatus(string Trainyard, string Dotnet, string Os);

/// <summary>A GPU. Figures that NVIDIA's library doesn't report are null.</summary>
internal sealed record GpuStatus(
    int Index, string Name, string? Uuid = null, double? UtilizationPercent = null, long? MemoryUsedBytes = null,
    long? MemoryTotalBytes = null,
    double? TemperatureCelsius = null, double? PowerWatts = null);
