using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.Security;

public sealed class SecurityOptions : IValidatableObject
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

    /// <summary>Whose pages may call the API from a browser: origins such as <c>http://localhost:3000</c>, with semicolons.</summary>
    [ConfigurationKeyName("CORS_ORIGINS")]
    public string? CorsOrigins { get; init; }

    /// <summary>The names in <see cref="Hosts"/>.</summary>
    public IReadOnlyList<string> HostNames => Split(Hosts);

    /// <summary>The origins in <see cref="CorsOrigins"/>.</summary>
    public IReadOnlyList<string> Origins => Split(CorsOrigins);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Origins.Where(origin => !IsOrigin(origin)).Select(origin =>
        new ValidationResult($"SECURITY__CORS_ORIGINS: '{origin}' is no origin such as http://localhost:3000, without a path."));

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.GetLeftPart(UriPartial.Authority) == text;

    private static string[] Split(string? list) =>
        list?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
