using Trainyard.HostMetrics;

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
    public static MachineStatus Of(string instanceId, HostStatus host, VersionStatus versions) => new(
        instanceId, host.Host, host.Time, host.Cores, host.CpuPercent, host.UptimeSeconds, host.Memory, host.Disk, host.Network,
        host.Process, versions, host.Gpus);
}

/// <summary>The versions of Trainyard, .NET and the operating system.</summary>
internal sealed record VersionStatus(string Trainyard, string Dotnet, string Os);
