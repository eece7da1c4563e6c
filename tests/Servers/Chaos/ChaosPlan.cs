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
        .. Replicas((ResourceNames.Gateway, 1), (ResourceNames.EventIngest, 2), (ResourceNames.ExperimentStore, 2), (ResourceNames.TokenizerService, 1), (ResourceNames.TrainerWorker, 2))
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
        Replicas((ResourceNames.Gateway, 1), (ResourceNames.EventIngest, 2), (ResourceNames.ExperimentStore, 2), (ResourceNames.TrainerWorker, 2))
            .SelectMany(one => ((string[])["+10m", "-10m"]).Select(by => new ChaosFault($"{one.Service} {one.Replica}", clock.Strike(one.Service, one.Replica, by))));

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

    private static IEnumerable<(string Service, int Replica)> Replicas(params (string Service, int Count)[] services) =>
        services.SelectMany(service => Enumerable.Range(0, service.Count).Select(replica => (service.Service, replica)));

    private static ChaosFault[] Server(string name, string complaint, Func<StruckSystem, Server> server, Func<StruckSystem, TcpProxy> way) =>
    [
        new(name, Fault.Stop(name, complaint, server)),
        new(name, Fault.Cut(name, way)),
        new(name, Fault.Slow(name, way, TimeSpan.FromMilliseconds(100))),
    ];
}
