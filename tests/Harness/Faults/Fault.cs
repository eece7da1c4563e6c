using Trainyard.Contracts;
using Trainyard.Harness.Processes;

namespace Trainyard.Harness.Faults;

/// <summary>Something that goes wrong.</summary>
/// <param name="Name">What, in the words of the report.</param>
/// <param name="Complaint">What readiness must name meanwhile; null where there is nobody to say it, or it is over too soon.</param>
/// <param name="Strike">Does it, keeps it up for a while, and puts things back as whoever operates the system would.</param>
public sealed record Fault(string Name, string? Complaint, Func<StruckSystem, TimeSpan, Task> Strike)
{
    public override string ToString() => Name;

    public static IReadOnlyList<Fault> All { get; } =
    [
        Kill(ResourceNames.Gateway, "the gateway", complaint: null),
        Kill(ResourceNames.EventIngest, "one of two event-ingests"),
        Kill(ResourceNames.ExperimentStore, "one of two experiment-stores"),
        Kill(ResourceNames.TokenizerService, "the tokenizer-service"),
        new("kill -9 the worker that trains", ResourceNames.TrainerWorker, async (system, hold) =>
            await KillAsync(system, [system.Trainer], hold)),
        new("kill -9 both experiment-stores", ResourceNames.ExperimentStore, async (system, hold) =>
            await KillAsync(system, system.Of(ResourceNames.ExperimentStore), hold)),
        Stop("RabbitMQ", "masstransit-bus", system => system.RabbitMq),
        Stop("Postgres", "database", system => system.Postgres),
        Stop("Redis", "redis", system => system.Redis),
        Pause("one of two event-ingests", ResourceNames.EventIngest, system => system.Of(ResourceNames.EventIngest)[0]),
        Pause("one of two experiment-stores", ResourceNames.ExperimentStore, system => system.Of(ResourceNames.ExperimentStore)[0]),
        Pause("the worker that trains", ResourceNames.TrainerWorker, system => system.Trainer),
        Cut("RabbitMQ", system => system.RabbitMqWay),
        Cut("Postgres", system => system.PostgresWay),
        Cut("Redis", system => system.RedisWay),
        new("stop and start all services, one by one", null, RollAsync),
    ];

    private static Fault Kill(string service, string what) => Kill(service, what, service);

    private static Fault Kill(string service, string what, string? complaint) =>
        new($"kill -9 {what}", complaint, async (system, hold) => await KillAsync(system, [system.Of(service)[0]], hold));

    /// <summary>Ends a replica of a service at once, and starts it again in the same place.</summary>
    public static Fault Kill(string service, int replica) =>
        new($"kill -9 {service} {replica}", null, async (system, hold) => await KillAsync(system, [system.Of(service)[replica]], hold));

    /// <summary>Stops a replica of a service for a while.</summary>
    public static Fault Pause(string service, int replica) => Pause($"{service} {replica}", service, system => system.Of(service)[replica]);

    /// <summary>Lets whatever goes to and from a server take longer.</summary>
    public static Fault Slow(string name, Func<StruckSystem, TcpProxy> way, TimeSpan delay) =>
        new($"slow the way to {name} by {delay.TotalMilliseconds:0} ms", null, async (system, hold) =>
        {
            way(system).Delay = delay;
            await Task.Delay(hold);
            way(system).Delay = TimeSpan.Zero;
        });

    public static Fault Stop(string name, string complaint, Func<StruckSystem, Server> server) =>
        new($"stop {name}", complaint, async (system, hold) =>
        {
            await server(system).EndAsync();
            await Task.Delay(hold);
            await server(system).StartAgainAsync();
        });

    private static Fault Pause(string what, string service, Func<StruckSystem, TrainyardProcess> process) =>
        new($"pause {what} (SIGSTOP)", service, async (system, hold) =>
        {
            var paused = process(system);
            await paused.PauseAsync();
            await Task.Delay(2 * hold);
            await paused.ResumeAsync();
        });

    public static Fault Cut(string name, Func<StruckSystem, TcpProxy> way) =>
        new($"cut every connection to {name}, five times", null, async (system, hold) =>
        {
            for (var times = 0; times < 5; times++)
            {
                way(system).Cut();
                await Task.Delay(hold / 5);
            }
        });

    private static async Task KillAsync(StruckSystem system, IReadOnlyList<TrainyardProcess> processes, TimeSpan hold)
    {
        await Task.WhenAll(processes.Select(process => process.KillAsync()));
        await Task.Delay(hold);
        foreach (var process in processes)
        {
            await system.ReplaceAsync(process);
        }
    }

    private static async Task RollAsync(StruckSystem system, TimeSpan hold)
    {
        foreach (var process in DistributedSystem.Services.SelectMany(system.Of))
        {
            await process.StopAsync();
            await system.ReplaceAsync(process);
            await system.ReadyAsync();
        }
    }
}
