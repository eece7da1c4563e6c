using System.ComponentModel.DataAnnotations;

namespace Trainyard.Gateway;

public sealed class GatewayOptions
{
    public const string Section = "GATEWAY";

    /// <summary>Average requests per second allowed for a client address; no limit when unset.</summary>
    [ConfigurationKeyName("REQUESTS_PER_SECOND")]
    [Range(1, 1_000_000, ErrorMessage = "GATEWAY__REQUESTS_PER_SECOND must be from {1} to {2}.")]
    public int? RequestsPerSecond { get; init; }

    /// <summary>Largest body that the gateway forwards, in bytes. Services have their own, lower limits.</summary>
    [ConfigurationKeyName("MAX_BODY_BYTES")]
    [Range(1 << 10, 16L << 30, ErrorMessage = "GATEWAY__MAX_BODY_BYTES must be from {1} to {2}.")]
    public long MaxBodyBytes { get; init; } = 64 << 20;
}
