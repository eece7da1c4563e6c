using Trainyard.Contracts;
using Trainyard.Servers.Faults;

namespace Trainyard.Servers.Chaos;

/// <summary>A fault, when it is to strike, and for how long.</summary>
/// <param name="At">From the beginning.</param>
/// <param name="Hold">How long it lasts.</param>
/// <param name="Fault">What happens; a pause lasts twice as long.</param>
public sealed record PlannedFault(TimeSpan At, TimeSpan Hold, ChaosFault Fault)
{
    public override string ToString() => $"{At.TotalSeconds:0.0} s: {Fault.Fault.Name} for {Hold.TotalSeconds:0.0} s";
}

/// <param name="Target">What it strikes: two faults never strike the same at once, for one would undo the other.</param>
/// <param name="Fault">What happens.</param>
public sealed record ChaosFault(string Target, Fault Fault);

/// <summary>Which faults strike, and when: chosen by the seed alone, so that a plan can be had again.</summary>
public static class ChaosPlan
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    /// <summary>What can happen everywhere. The order belongs to what a seed means.</summary>
    public static IReadOnlyList<ChaosFault> Faults { get; } =
    [
        .. Replicas().Append((Service: ResourceNames.TokenizerService, Replica: 0))
            .SelectMany(one => (ChaosFault[])[
                new($"{one.Service} {one.Replica}", Fault.Kill(one.Service, one.Replica)),
                new($"{one.Service} {one.Replica}", Fault.Pause(one.Service, one.Replica)),
            ]),
        .. Server("RabbitMQ", "masstransit-bus", system => system.RabbitMq, system => system.RabbitMqWay),
        .. Server("Postgres", "database", system => system.Postgres, system => system.PostgresWay),
        .. Server("Redis", "redis", system => system.Redis, system => system.RedisWay),
    ];

    /// <summary>Clocks that run ahead or behind.</summary>
    public static IEnumerable<ChaosFault> Skewed(SkewedClock clock) =>
        from one in Replicas()
        from offset in (string[])["+10m", "-10m"]
        select new ChaosFault($"{one.Service} {one.Replica}", clock.Strike(one.Service, one.Replica, offset));

    /// <summary>No space left where the services keep their files.</summary>
    public static ChaosFault FullDisk(SmallDisk disk) => new("disk", new("fill the disk of the artifacts", null, async (_, hold) =>
    {
        await disk.FillAsync();
        await Task.Delay(hold);
        disk.Empty();
    }));

    /// <param name="seed">Chooses.</param>
    /// <param name="duration">Every fault is over by then.</param>
    /// <param name="faults">What may happen.</param>
    public static IReadOnlyList<PlannedFault> Make(int seed, TimeSpan duration, IReadOnlyList<ChaosFault> faults)
    {
        var random = new Random(seed);
        var plan = new List<PlannedFault>();
        for (var at = Quiet; ;)
        {
            var hold = TimeSpan.FromSeconds(1 + (5 * random.NextDouble()));
            if (at + (2.5 * hold) > duration)
            {
                return plan;
            }
            var first = faults[random.Next(faults.Count)];
            plan.Add(new(at, hold, first));
            if (random.Next(3) == 0)
            {
                var others = faults.Where(other => other.Target != first.Target).ToList();
                plan.Add(new(at + (hold * random.NextDouble() / 2), hold, others[random.Next(others.Count)]));
            }
            at += (2.5 * hold) + TimeSpan.FromSeconds(6 * random.NextDouble());
        }
    }

    /// <summary>The processes whose clocks and lives matter to events and runs.</summary>
    private static IEnumerable<(string Service, int Replica)> Replicas() =>
        ((string[])[ResourceNames.EventIngest, ResourceNames.ExperimentStore, ResourceNames.TrainerWorker])
            .SelectMany(service => Enumerable.Range(0, 2).Select(replica => (Service: service, Replica: replica)))
            .Prepend((ResourceNames.Gateway, 0));

    private static ChaosFault[] Server(
        string name, string complaint, Func<StruckSystem, Server> server, Func<StruckSystem, TcpProxy> way) =>
    [
        new(name, Fault.Stop(name, complaint, server)),
        new(name, Fault.Cut(name, way)),
        new(name, Fault.Slow(name, way, TimeSpan.FromMilliseconds(100))),
    ];
}
