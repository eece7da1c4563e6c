using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.Security;

public sealed class SecurityOptions : IValidatableObject
{
    public const string Section = "SECURITY";

    /// <summary>A key with all permissions; none when unset.</summary>
    [ConfigurationKeyName("API_KEY")]
    [MinLength(ApiKeyLimits.MinLength, ErrorMessage = "SECURITY__API_KEY must have at least {1} characters.")]
    public string? ApiKey { get; init; }

    /// <summary>A file of further keys and their permissions, as written by the <c>keys</c> command.</summary>
    [ConfigurationKeyName("KEYS_FILE")]
    [MinLength(1, ErrorMessage = "SECURITY__KEYS_FILE must name a file.")]
    public string? KeysFile { get; init; }

    /// <summary>
    /// Further host names allowed without a key, separated by semicolons; <c>*.example.org</c> and <c>*</c> work too.
    /// </summary>
    [ConfigurationKeyName("HOSTS")]
    public string? Hosts { get; init; }

    /// <summary>Origins whose pages may call the API, such as <c>http://localhost:3000</c>, separated by semicolons.</summary>
    [ConfigurationKeyName("CORS_ORIGINS")]
    public string? CorsOrigins { get; init; }

    public IReadOnlyList<string> HostNames => Split(Hosts);

    public IReadOnlyList<string> Origins => Split(CorsOrigins);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // A header can't carry such a key.
        if (ApiKey is { } key && key.Any(letter => letter is <= ' ' or >= '\x7f'))
        {
            yield return new("SECURITY__API_KEY must consist of visible ASCII characters, without spaces.");
        }
        foreach (var host in HostNames.Where(host => !IsHost(host)))
        {
            yield return new($"SECURITY__HOSTS: '{host}' must be a host name such as lab.example.org, without a scheme, port or path.");
        }
        foreach (var origin in Origins.Where(origin => !IsOrigin(origin)))
        {
            yield return new($"SECURITY__CORS_ORIGINS: '{origin}' must be an origin such as http://localhost:3000, without a path.");
        }
    }

    private static bool IsHost(string text) =>
        text == "*" || Uri.CheckHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) is not UriHostNameType.Unknown;

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.GetLeftPart(UriPartial.Authority) == text;

    private static string[] Split(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
