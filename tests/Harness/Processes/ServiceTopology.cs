using Trainyard.Contracts;

namespace Trainyard.Harness.Processes;

/// <summary>
/// A service of the distributed system, and what its host gives it. The tests of the AppHost hold this against its manifest.
/// </summary>
/// <param name="Name">Its name, also in service discovery.</param>
/// <param name="Project">The project it runs.</param>
/// <param name="Servers">The servers whose connection strings it gets, and which it waits for.</param>
/// <param name="Services">The services whose addresses it gets.</param>
/// <param name="WaitsFor">The services that must be ready before it starts.</param>
/// <param name="Environment">Further variables it gets.</param>
public sealed record ServiceTopology(
    string Name,
    string Project,
    IReadOnlyList<string> Servers,
    IReadOnlyList<string> Services,
    IReadOnlyList<string> WaitsFor,
    IReadOnlyList<string> Environment)
{
    private static readonly string[] Folders = ["APP__DATA_ROOT", "APP__ARTIFACTS_ROOT", "APP__CORPUS_ROOT"];

    private static readonly string[] BehindGateway =
    [
        ResourceNames.EventIngest, ResourceNames.ExperimentStore, ResourceNames.TokenizerService, ResourceNames.TrainerWorker,
        ResourceNames.Notifier,
    ];

    /// <summary>Every service, each after those whose addresses it gets.</summary>
    public static IReadOnlyList<ServiceTopology> All { get; } =
    [
        new(
            ResourceNames.ExperimentStore, "ExperimentStore",
            [ResourceNames.Trials, ResourceNames.RabbitMq, ResourceNames.Redis], [], [], Folders),
        new(ResourceNames.EventIngest, "EventIngest", [ResourceNames.RabbitMq], [], [], []),
        new(ResourceNames.TokenizerService, "TokenizerService", [], [], [], Folders),
        new(
            ResourceNames.TrainerWorker, "TrainerWorker",
            [ResourceNames.RabbitMq, ResourceNames.Redis], [], [ResourceNames.ExperimentStore], Folders),
        new(
            ResourceNames.Notifier, "Notifier",
            [ResourceNames.Trials, ResourceNames.Redis], [ResourceNames.ExperimentStore], [ResourceNames.ExperimentStore], []),
        new(ResourceNames.Gateway, "Gateway", [], BehindGateway, BehindGateway, ["SECURITY__API_KEY"]),
    ];

    /// <summary>The names of the variables that its host sets.</summary>
    public IEnumerable<string> Variables =>
        Servers.Select(ConnectionString).Concat(Services.Select(name => Address(name, 0))).Concat(Environment);

    public static string ConnectionString(string server) => $"ConnectionStrings__{server}";

    public static string Address(string service, int replica) => $"services__{service}__http__{replica}";
}
