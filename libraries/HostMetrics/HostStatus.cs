namespace Trainyard.HostMetrics;

/// <summary>
/// One sample of a machine. Null is what the system doesn't report; percentages of CPU and rates are null in the first sample.
/// </summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Time">When the sample was taken.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="CpuPercent">Use of all cores since the previous sample, from 0 to 100.</param>
/// <param name="UptimeSeconds">Time since the machine booted.</param>
/// <param name="Memory">Memory of the machine.</param>
/// <param name="Disk">The disk of the sampled folder, and the traffic of all disks; null if it can't be read.</param>
/// <param name="Network">Traffic of the network cards.</param>
/// <param name="Process">The process that samples.</param>
/// <param name="Gpus">The GPUs, if there are any.</param>
public sealed record HostStatus(
    string Host, DateTimeOffset Time, int Cores, double? CpuPercent, double UptimeSeconds,
    MemoryStatus Memory, DiskStatus? Disk,
    NetworkStatus Network, ProcessStatus Process, IReadOnlyList<GpuStatus> Gpus)
{
    /// <summary>
    /// The values that change, by name: <c>cpu_percent</c>, <c>gpu/0/power_watts</c> and so on. A name ends with the unit of its value.
    /// Values that are null are left out.
    /// </summary>
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

/// <summary>Memory of a machine.</summary>
/// <param name="TotalBytes">Bytes in all.</param>
/// <param name="AvailableBytes">Bytes free for use.</param>
public sealed record MemoryStatus(long TotalBytes, long? AvailableBytes);

/// <summary>One disk's space, and the traffic of all disks.</summary>
/// <param name="TotalBytes">Bytes in all.</param>
/// <param name="FreeBytes">Bytes free.</param>
/// <param name="ReadBytesPerSecond">Bytes read a second.</param>
/// <param name="WrittenBytesPerSecond">Bytes written a second.</param>
public sealed record DiskStatus(long TotalBytes, long FreeBytes, double? ReadBytesPerSecond, double? WrittenBytesPerSecond);

/// <summary>Traffic of the network cards; in a container, of all interfaces except loopback.</summary>
/// <param name="ReceivedBytesPerSecond">Bytes received a second.</param>
/// <param name="SentBytesPerSecond">Bytes sent a second.</param>
public sealed record NetworkStatus(double? ReceivedBytesPerSecond, double? SentBytesPerSecond);

/// <summary>The process that samples.</summary>
/// <param name="CpuPercent">Share of all cores since the previous sample; null in the first.</param>
/// <param name="MemoryBytes">Resident memory.</param>
/// <param name="UptimeSeconds">Time since the process started.</param>
public sealed record ProcessStatus(double? CpuPercent, long MemoryBytes, double UptimeSeconds);

/// <summary>A GPU. Figures that NVIDIA's library doesn't report are null.</summary>
/// <param name="Index">The number of the device, from 0.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Uuid">The device's own id.</param>
/// <param name="UtilizationPercent">How busy it is, in percent.</param>
/// <param name="MemoryUsedBytes">Bytes of memory in use.</param>
/// <param name="MemoryTotalBytes">Bytes of memory.</param>
/// <param name="TemperatureCelsius">Temperature in degrees Celsius.</param>
/// <param name="PowerWatts">Power drawn, in watts.</param>
public sealed record GpuStatus(
    int Index, string Name, string? Uuid = null, double? UtilizationPercent = null, long? MemoryUsedBytes = null,
    long? MemoryTotalBytes = null,
    double? TemperatureCelsius = null, double? PowerWatts = null);
