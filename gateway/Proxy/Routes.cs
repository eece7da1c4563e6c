using Trainyard.Contracts;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Transforms;

namespace Trainyard.Gateway.Proxy;

/// <summary>Which service answers which path. The most specific pattern wins.</summary>
internal static class Routes
{
    public static readonly string[] Services =
        [ResourceNames.EventIngest, ResourceNames.ExperimentStore, ResourceNames.TokenizerService, ResourceNames.TrainerWorker];

    // A log that nobody writes to and a dashboard that nothing happens on stay silent, but open.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromHours(1);

    // Ingest answers within INGEST__DURABLE_WITHIN_MS; one that says nothing for longer has stopped.
    private static readonly TimeSpan LongestIngest = TimeSpan.FromSeconds(30);

    // Replicas are asked whether they are ready. When none is, requests go to them all the same: they know best what is wrong.
    private static readonly HealthCheckConfig Probes = new()
    {
        AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
        Active = new()
        {
            Enabled = true,
            Path = "/health",
            Interval = TimeSpan.FromSeconds(2),
            Timeout = TimeSpan.FromSeconds(2),
            Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
        },
    };

    public static IReadOnlyList<RouteConfig> All(GatewayOptions options) =>
    [
        To(ResourceNames.EventIngest, "/api/events/{**rest}", options),
        To(ResourceNames.TokenizerService, "/api/tokenizers/{**rest}", options),
        To(ResourceNames.TrainerWorker, "/api/runs/{id}/generate", options),
        To(ResourceNames.ExperimentStore, "/api/{**rest}", options),
        To(ResourceNames.ExperimentStore, "/ws/{**rest}", options),
    ];

    /// <summary>One destination each: the name, which <see cref="Replicas"/> replaces by what it stands for.</summary>
    public static IReadOnlyList<ClusterConfig> Clusters { get; } =
    [
        .. Services.Select(service => new ClusterConfig
        {
            ClusterId = service,
            Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { [service] = new() { Address = $"http://{service}" } },
            HealthCheck = Probes,
            HttpRequest = new ForwarderRequestConfig { ActivityTimeout = service is ResourceNames.EventIngest ? LongestIngest : LongestSilence },
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "1" },
        }),
    ];

    private static RouteConfig To(string service, string path, GatewayOptions options) => new RouteConfig
    {
        RouteId = path,
        ClusterId = service,
        Match = new() { Path = path },
        MaxRequestBodySize = options.MaxBodyBytes,
        RateLimiterPolicy = options.RequestsPerSecond is null ? null : ClientLimits.Policy,
    }
    .WithTransformRequestHeaderRemove("X-Api-Key")
    // It is checked here, against the name the browser asked for; services know only their own.
    .WithTransformRequestHeaderRemove("Origin")
    .WithTransformQueryRemoveKey("ticket");
}
