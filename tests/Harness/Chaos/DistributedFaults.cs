using Trainyard.Contracts;
using Trainyard.Harness.Faults;

namespace Trainyard.Harness.Chaos;

/// <summary>What can happen to the distributed system.</summary>
public static class DistributedFaults
{
    /// <summary>All that this machine can do. The order belongs to what a seed means.</summary>
    public static IReadOnlyList<ChaosFault> Of(StruckSystem system, SkewedClock? clock)
    {
        var replicas = Replicas().ToList();
        return
        [
            .. replicas.Append((Service: ResourceNames.TokenizerService, Replica: 0)).SelectMany(one => (ChaosFault[])[
                Strike(Name(one), Fault.Kill(one.Service, one.Replica)),
                Strike(Name(one), Fault.Pause(one.Service, one.Replica)),
            ]),
            .. Server("RabbitMQ", struck => struck.RabbitMq, struck => struck.RabbitMqWay),
            .. Server("Postgres", struck => struck.Postgres, struck => struck.PostgresWay),
            .. Server("Redis", struck => struck.Redis, struck => struck.RedisWay),
            .. system.Disk is { } disk ? [FullDisk(disk, "the artifacts")] : (ChaosFault[])[],
            .. clock is null ? [] :
                from one in replicas
                from offset in SkewedClock.Offsets
                select new ChaosFault(
                    Name(one), $"set the clock of {Name(one)} wrong by {offset}",
                    hold => clock.StrikeAsync(system, () => system.Of(one.Service)[one.Replica], offset, hold)),
        ];

        ChaosFault Strike(string target, Fault fault) => new(target, fault.Name, hold => fault.Strike(system, hold));

        ChaosFault[] Server(string name, Func<StruckSystem, Server> server, Func<StruckSystem, TcpProxy> way) =>
        [
            Strike(name, Fault.Stop(name, name, server)),
            Strike(name, Fault.Cut(name, way)),
            Strike(name, Fault.Slow(name, way, TimeSpan.FromMilliseconds(100))),
        ];
    }

    /// <summary>No space left, for long enough that readiness has to say so.</summary>
    internal static ChaosFault FullDisk(SmallDisk disk, string what) => new("disk", $"fill the disk of {what}", async hold =>
    {
        await disk.FillAsync();
        await Task.Delay(2 * hold);
        disk.Empty();
    });

    private static string Name((string Service, int Replica) one) => $"{one.Service} {one.Replica}";

    /// <summary>The processes whose clocks and lives matter to events and runs.</summary>
    private static IEnumerable<(string Service, int Replica)> Replicas() =>
        ((string[])[ResourceNames.EventIngest, ResourceNames.ExperimentStore, ResourceNames.TrainerWorker])
            .SelectMany(service => Enumerable.Range(0, 2).Select(replica => (Service: service, Replica: replica)))
            .Prepend((ResourceNames.Gateway, 0));
}
