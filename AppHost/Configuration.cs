using Microsoft.Extensions.Configuration;

namespace Trainyard.AppHost;

/// <summary>The settings of the AppHost itself: <c>Trainyard:*</c> and <c>Replicas:*</c>.</summary>
internal static class Configuration
{
    private const int DefaultPort = 5080;
    private const int DefaultHttpsPort = 5443;

    /// <summary>Whether everything runs in one process, as the launch profile <c>embedded</c> has it.</summary>
    public static bool IsEmbedded(this IDistributedApplicationBuilder builder) => builder.Configuration.GetValue<bool>("Trainyard:Embedded");

    /// <summary>Where Trainyard answers on this machine: <c>Trainyard:Port</c>.</summary>
    public static int Port(this IDistributedApplicationBuilder builder) => builder.Configuration.GetValue("Trainyard:Port", DefaultPort);

    /// <summary>Where Trainyard answers over HTTPS: <c>Trainyard:HttpsPort</c>. Null unless the launch profile is <c>https</c>.</summary>
    public static int? HttpsPort(this IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue<bool>("Trainyard:Https") ? builder.Configuration.GetValue("Trainyard:HttpsPort", DefaultHttpsPort) : null;

    /// <summary><c>Replicas:&lt;service&gt;</c>, such as <c>Replicas__trainer_worker</c> in the environment.</summary>
    public static int Replicas(this IDistributedApplicationBuilder builder, string service, int otherwise) =>
        builder.Replicas(service) ?? otherwise;

    /// <summary>The number of replicas that is set; null when none is.</summary>
    public static int? Replicas(this IDistributedApplicationBuilder builder, string service) =>
        builder.Configuration.GetValue<int?>($"Replicas:{service.Replace('-', '_')}");
}
