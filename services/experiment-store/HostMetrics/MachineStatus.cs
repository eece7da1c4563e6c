
namespace Trainyard.ExperimentStore.HostMetrics;

/// <summary>The machine the store runs on. What the system does not tell, or what is a rate at the first look, is null.</summary>
/// <param name="InstanceId">Which of several replicas answers.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="Time">When it was looked at.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="CpuPercent">Use of all cores since the look before.</param>
/// <param name="UptimeSeconds">How long the machine has been up.</param>
/// <param name="Memory">Memory.</param>
/// <param name="Disk">The disk the data root is on, and the traffic of all disks; null when it can't be looked at.</param>
/// <param name="Network">The traffic of the network cards.</param>
/// <param name="Process">The process itself.</param>
/// <param name="Versions">What runs.</param>
/// <param name="Gpus">The GPUs found, if any.</param>
internal sealed record MachineStatus(
    string InstanceId, string Host, DateTimeOffset Time, int Cores, double? CpuPercent, double UptimeSeconds, MemoryStatus Memory, DiskStatus? Disk,
    NetworkStatus Network, ProcessStatus Process, VersionStatus Versions, IReadOnlyList<GpuStatus> Gpus)
{
    /// <summary>What changes, by name: what is kept and told.</summary>
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

internal sealed record MemoryStatus(long TotalBytes, long? AvailableBytes);

internal sealed record DiskStatus(long TotalBytes, long FreeBytes, double? ReadBytesPerSecond, double? WrittenBytesPerSecond);

internal sealed record NetworkStatus(double? ReceivedBytesPerSecond, double? SentBytesPerSecond);

/// <param name="CpuPercent">Of all cores since the look before; null at the first.</param>
/// <param name="MemoryBytes">What it keeps in memory.</param>
/// <param name="UptimeSeconds">How long it has been running.</param>
internal sealed record ProcessStatus(double? CpuPercent, long MemoryBytes, double UptimeSeconds);

internal sealed record VersionStatus(string Trainyard, string Dotnet, string Os);

/// <summary>A GPU; its figures are null where NVIDIA's library does not tell them.</summary>
internal sealed record GpuStatus(
    int Index, string Name, string? Uuid = null, double? UtilizationPercent = null, long? MemoryUsedBytes = null, long? MemoryTotalBytes = null,
    double? TemperatureCelsius = null, double? PowerWatts = null);
