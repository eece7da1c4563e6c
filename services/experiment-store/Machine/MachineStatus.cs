namespace Trainyard.ExperimentStore.Machine;

/// <summary>The machine the store runs on.</summary>
/// <param name="Time">When it was looked at.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="CpuPercent">Use of all cores since the last look; null where the system does not tell.</param>
/// <param name="Memory">Memory.</param>
/// <param name="Disk">The disk the data root is on.</param>
/// <param name="Process">The process itself.</param>
internal sealed record MachineStatus(DateTimeOffset Time, int Cores, double? CpuPercent, MemoryStatus Memory, DiskStatus Disk, ProcessStatus Process);

internal sealed record MemoryStatus(long TotalBytes, long? AvailableBytes);

internal sealed record DiskStatus(long TotalBytes, long FreeBytes);

internal sealed record ProcessStatus(long MemoryBytes, double UptimeSeconds);
