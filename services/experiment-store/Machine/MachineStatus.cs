namespace Trainyard.ExperimentStore.Machine;

/// <summary>The machine the store runs on.</summary>
/// <param name="Time">When it was looked at.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="CpuPercent">Use of all cores since the look before; null where the system does not tell, or nothing can be compared yet.</param>
/// <param name="UptimeSeconds">How long the machine has been up.</param>
/// <param name="Memory">Memory.</param>
/// <param name="Disk">The disk the data root is on; null when it can't be looked at.</param>
/// <param name="Process">The process itself.</param>
/// <param name="Versions">What runs.</param>
/// <param name="Gpus">The GPUs found, if any.</param>
internal sealed record MachineStatus(
    DateTimeOffset Time, int Cores, double? CpuPercent, double UptimeSeconds, MemoryStatus Memory, DiskStatus? Disk, ProcessStatus Process, VersionStatus Versions,
    IReadOnlyList<GpuStatus> Gpus);

internal sealed record MemoryStatus(long TotalBytes, long? AvailableBytes);

internal sealed record DiskStatus(long TotalBytes, long FreeBytes);

/// <param name="CpuPercent">Of all cores since the look before; null at the first.</param>
/// <param name="MemoryBytes">What it keeps in memory.</param>
/// <param name="UptimeSeconds">How long it has been running.</param>
internal sealed record ProcessStatus(double? CpuPercent, long MemoryBytes, double UptimeSeconds);

internal sealed record VersionStatus(string Trainyard, string Dotnet, string Os);

internal sealed record GpuStatus(string Name);
