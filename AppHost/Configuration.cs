using Microsoft.Extensions.Configuration;

namespace Trainyard.AppHost;

/// <summary>The AppHost's own settings: <c>Trainyard:*</c> and <c>Replicas:*</c>. <see cref="SettingErrors"/> checks them.</summary>
internal static class Configuration
{
    public const string EmbeddedKey = "Trainyard:Embedded";
    public const string HttpsKey = "Trainyard:Https";
    public const string PortKey = "Trainyard:Port";
    public const string HttpsPortKey = "Trainyard:HttpsPort";
    public const string ReplicasKey = "Replicas";

    private const int DefaultPort = 5080;
    private const int DefaultHttpsPort = 5443;

    /// <summary>Whether everything runs in one process, as in the launch profile <c>embedded</c>.</summary>
    public static bool IsEmbedded(this IDistributedApplicationBuilder builder) => builder.Configuration.GetValue<bool>(EmbeddedKey);

    /// <summary>Trainyard's HTTP port.</summary>
    public static int Port(this IDistributedApplicationBuilder builder) => builder.Configuration.GetValue(PortKey, DefaultPort);

    /// <summary>Trainyard's HTTPS port. Null unless the launch profile is <c>https</c>.</summary>
    public static int? HttpsPort(this IDistributedApplicationBuilder builder) =>
        builder.Configuration.GetValue<bool>(HttpsKey) ? builder.Configuration.GetValue(HttpsPortKey, DefaultHttpsPort) : null;

    /// <summary><c>Replicas:&lt;service&gt;</c>, such as <c>Replicas__trainer_worker</c> in the environment.</summary>
    public static int Replicas(this IDistributedApplicationBuilder builder, string service, int otherwise) =>
        builder.Replicas(service) ?? otherwise;

    /// <summary>The configured number of replicas; null when unset.</summary>
    public static int? Replicas(this IDistributedApplicationBuilder builder, string service) =>
        builder.Configuration.GetValue<int?>($"{ReplicasKey}:{InKeys(service)}");

    /// <summary>A service's name in setting keys: environment variables can't contain hyphens.</summary>
    public static string InKeys(string service) => service.Replace('-', '_');
}
