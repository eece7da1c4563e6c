using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Trainyard.Webhooks;

/// <summary>The settings <c>OUTBOUND__*</c>.</summary>
public sealed class OutboundOptions : IValidatableObject
{
    /// <summary>The name of the section.</summary>
    public const string Section = "OUTBOUND";

    /// <summary>Private networks that webhooks and trainers may be in, such as <c>10.0.0.0/8</c>, separated by semicolons.</summary>
    [ConfigurationKeyName("ALLOWED_NETWORKS")]
    public string? AllowedNetworks { get; init; }

    /// <summary>The networks in <see cref="AllowedNetworks"/>.</summary>
    public IReadOnlyList<IPNetwork> Networks => [.. Names.Select(IPNetwork.Parse)];

    private string[] Names => AllowedNetworks?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var name in Names)
        {
            if (IPNetwork.TryParse(name, out var network) && OutboundNetworks.NeverWithin(network) is { } never)
            {
                yield return new($"OUTBOUND__ALLOWED_NETWORKS: '{name}' is within {never}, which webhooks and trainers can never be in: "
                    + "link-local addresses, cloud metadata, and addresses of no single machine. Remove it.");
            }
        }
        foreach (var wrong in Names.Where(name => !IPNetwork.TryParse(name, out _)))
        {
            yield return new(
                $"OUTBOUND__ALLOWED_NETWORKS: '{wrong}' is not a network. Use CIDR notation such as 10.0.0.0/8, separated by semicolons.");
        }
    }
}
