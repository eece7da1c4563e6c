using System.Text;
using Trainyard.Contracts;
using Trainyard.ServiceDefaults.Mlflow;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Transforms;

namespace Trainyard.Gateway.Proxy;

/// <summary>Maps paths to services. The most specific pattern wins.</summary>
internal static class Routes
{
    public static readonly string[] Services =
    [
        ResourceNames.EventIngest, ResourceNames.ExperimentStore, ResourceNames.TokenizerService, ResourceNames.TrainerWorker,
        ResourceNames.Notifier,
    ];

    // Log streams and idle dashboards may send nothing for a long time.
    private static readonly TimeSpan StreamTimeout = TimeSpan.FromHours(1);

    // Ingest responds within INGEST__DURABLE_WITHIN_MS. One that takes longer hangs.
    private static readonly TimeSpan IngestTimeout = TimeSpan.FromSeconds(30);

    // Probes readiness. If no replica is ready, requests are still forwarded: the replica's own error is the most specific.
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
        To(ResourceNames.ExperimentStore, "/api/events/stream", options),
        To(ResourceNames.TokenizerService, "/api/tokenizers/{**rest}", options),
        To(ResourceNames.TrainerWorker, "/api/runs/{id}/generate", options),
        To(ResourceNames.Notifier, "/api/notifications/{**rest}", options),
        To(ResourceNames.Notifier, "/api/discord/{**rest}", options),
        To(ResourceNames.ExperimentStore, "/api/{**rest}", options),
        To(ResourceNames.ExperimentStore, "/ws/{**rest}", options),
        .. MlflowPaths.Api.Concat(MlflowPaths.Artifacts).Where(root => !root.StartsWith("/api/", StringComparison.Ordinal))
            .Select(root => To(ResourceNames.ExperimentStore, root + "/{**rest}", options)),
        To(ResourceNames.ExperimentStore, MlflowPaths.Download, options),
    ];

    /// <summary>One cluster per service. <see cref="Replicas"/> resolves its destination to the replicas.</summary>
    public static IReadOnlyList<ClusterConfig> Clusters { get; } =
    [
        .. Services.Select(service => new ClusterConfig
        {
            ClusterId = service,
            Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
            {
                [service] = new() { Address = $"http://{service}" },
            },
            HealthCheck = Probes,
            // Forwards any byte in a header, as it came.
            HttpClient = new() { RequestHeaderEncoding = Encoding.Latin1.WebName },
            HttpRequest = new ForwarderRequestConfig
            {
                ActivityTimeout = service is ResourceNames.EventIngest ? IngestTimeout : StreamTimeout,
            },
            Metadata = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "1",
            },
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
    .WithTransformRequestHeaderRemove("Authorization")
    // The gateway checks Origin against its own host name, which services don't know.
    .WithTransformRequestHeaderRemove("Origin")
    .WithTransformQueryRemoveKey("ticket");
}
