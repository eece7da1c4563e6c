using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

public sealed class SecurityOptions
{
    public const string Section = "SECURITY";

    /// <summary>The key every request must carry; none when unset.</summary>
    [ConfigurationKeyName("API_KEY")]
    [MinLength(8, ErrorMessage = "SECURITY__API_KEY must have at least 8 characters.")]
    public string? ApiKey { get; init; }
}

internal static class ApiKeyExtensions
{
    private const string Header = "X-Api-Key";

    // Probes carry no secrets; a browser can't set a header on a WebSocket, so there the key may come as a query parameter.
    private static readonly string[] Open = ["/health", "/alive", "/healthz", "/readyz", "/api/healthz", "/api/readyz"];

    public static void AddApiKey(this IHostApplicationBuilder builder) => builder.Services
        .AddOptions<SecurityOptions>().BindConfiguration(SecurityOptions.Section).ValidateDataAnnotations().ValidateOnStart();

    /// <summary>With <c>SECURITY__API_KEY</c> set, a request without it ends here.</summary>
    public static void UseApiKey(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<SecurityOptions>>().Value.ApiKey is not { Length: > 0 } key)
        {
            return;
        }
        var expected = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        app.Use((http, next) => Open.Contains(http.Request.Path.Value, StringComparer.OrdinalIgnoreCase) || Carries(http.Request, expected)
            ? next(http)
            : throw new TrainyardException(ErrorCode.Unauthorized, $"This Trainyard asks for an API key: send it in the {Header} header."));
    }

    private static bool Carries(HttpRequest request, byte[] expected)
    {
        var given = request.Headers[Header].ToString();
        if (given.Length == 0 && request.Path.StartsWithSegments("/ws", StringComparison.Ordinal))
        {
            given = request.Query["api_key"].ToString();
        }
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), expected);
    }
}
