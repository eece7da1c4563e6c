using Microsoft.Extensions.Configuration;

namespace Trainyard.AppHost;

/// <summary>The AppHost's own settings: <c>Trainyard:*</c> and <c>Replicas:*</c>.</summary>
internal static class Configuration
{
    private const int DefaultPort = 5080;
    private const int DefaultHttpsPort = 5443;

    /// <summary>Whether everything runs in one process, as in the launch profile <c>embedded</c>.</summary>
    public static bool IsEmbedded(this IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue<bool>("Trainyard:Embedded");

    /// <summary>Trainyard's HTTP port: <c>Trainyard:Port</c>.</summary>
    public static int Port(this IDistributedApplicationBuilder builder) => builder.Configuration.GetValue("Trainyard:Port", DefaultPort);

    /// <summary>Trainyard's HTTPS port: <c>Trainyard:HttpsPort</c>. Null unless the launch profile is <c>https</c>.</summary>
    public static int? HttpsPort(this IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue<bool>("Trainyard:Https")
            ? builder.Configuration.GetValue("Trainyard:HttpsPort", DefaultHttpsPort)
            : null;

    /// <summary><c>Replicas:&lt;service&gt;</c>, such as <c>Replicas__trainer_worker</c> in the environment.</summary>
    public static int Replicas(this IDistributedApplicationBuilder builder, string service, int otherwise) =>
        builder.Replicas(service) ?? otherwise;

    /// <summary>The configured number of replicas; null when unset.</summary>
    public static int? Replicas(this IDistributedApplicationBuilder builder, string service) =>
        builder.Configuration.GetValue<int?>($"Replicas:{service.Replace('-', '_')}");
}
