using System.ComponentModel.DataAnnotations;

namespace Trainyard.Gateway;

public sealed class GatewayOptions
{
    public const string Section = "GATEWAY";

    /// <summary>Requests a client address may make a second, on average; no limit when unset.</summary>
    [ConfigurationKeyName("REQUESTS_PER_SECOND")]
    [Range(1, 1_000_000, ErrorMessage = "GATEWAY__REQUESTS_PER_SECOND must be from {1} to {2}.")]
    public int? RequestsPerSecond { get; init; }

    /// <summary>Largest body that is passed on, in bytes. Services have their own, lower limits.</summary>
    [ConfigurationKeyName("MAX_BODY_BYTES")]
    [Range(1 << 10, 16L << 30, ErrorMessage = "GATEWAY__MAX_BODY_BYTES must be from {1} to {2}.")]
    public long MaxBodyBytes { get; init; } = 64 << 20;
}
