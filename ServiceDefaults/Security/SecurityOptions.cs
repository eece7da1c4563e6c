using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.Security;

public sealed class SecurityOptions
{
    public const string Section = "SECURITY";

    /// <summary>A key that may do everything; none when unset.</summary>
    [ConfigurationKeyName("API_KEY")]
    [MinLength(ApiKeyLimits.MinLength, ErrorMessage = "SECURITY__API_KEY must have at least {1} characters.")]
    public string? ApiKey { get; init; }

    /// <summary>A file of further keys, each with what it may do, as the command <c>keys</c> writes it.</summary>
    [ConfigurationKeyName("KEYS_FILE")]
    [MinLength(1, ErrorMessage = "SECURITY__KEYS_FILE must name a file.")]
    public string? KeysFile { get; init; }

    /// <summary>Further names to answer to without a key, with semicolons; <c>*.example.org</c> and <c>*</c> work too.</summary>
    [ConfigurationKeyName("HOSTS")]
    public string? Hosts { get; init; }

    /// <summary>The names in <see cref="Hosts"/>.</summary>
    public IReadOnlyList<string> HostNames =>
        Hosts?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
