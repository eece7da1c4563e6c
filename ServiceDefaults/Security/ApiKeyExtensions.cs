using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

internal static class ApiKeyExtensions
{
    private const string Header = "X-Api-Key";

    // Probes carry no secrets; a browser can't set a header on a WebSocket, so there the key may come as a query parameter.
    private static readonly string[] Open = ["/health", "/alive", "/healthz", "/readyz", "/api/healthz", "/api/readyz"];

    // Questions whose parameters need a body.
    private static readonly string[] AskedByPost = ["/api/metrics/query"];

    public static void AddApiKey(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SecurityOptions>().BindConfiguration(SecurityOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<KeyRing>();
    }

    /// <summary>With <c>SECURITY__API_KEY</c> or <c>SECURITY__KEYS_FILE</c> set, a request without a key that may do it ends here.</summary>
    public static void UseApiKey(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<KeyRing>();
        if (!keys.IsNeeded)
        {
            return;
        }
        app.Use((http, next) =>
        {
            if (Open.Contains(http.Request.Path.Value, StringComparer.OrdinalIgnoreCase))
            {
                return next(http);
            }
            var (may, needed) = (keys.Of(SecretOf(http.Request)), Needed(http.Request));
            return may is KeyScopes.None ? throw new TrainyardException(ErrorCode.Unauthorized, $"This Trainyard asks for an API key: send it in the {Header} header.")
                : may.HasFlag(KeyScopes.Admin) || may.HasFlag(needed) ? next(http)
                : throw new TrainyardException(ErrorCode.Unauthorized, $"This API key has no scope '{needed.ToString().ToLowerInvariant()}', which this request needs.");
        });
    }

    private static KeyScopes Needed(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        return request.Method switch
        {
            "GET" or "HEAD" => KeyScopes.Read,
            "POST" when AskedByPost.Contains(path, StringComparer.OrdinalIgnoreCase) || IsOf(path, "/api/tokenizers/", "/encode") || IsOf(path, "/api/tokenizers/", "/decode") => KeyScopes.Read,
            "POST" when path.StartsWith("/api/events/", StringComparison.OrdinalIgnoreCase) || IsOf(path, "/api/runs/", "/metrics") => KeyScopes.Ingest,
            _ => KeyScopes.Admin,
        };
    }

    private static bool IsOf(string path, string start, string end) =>
        path.Length > start.Length + end.Length && path.StartsWith(start, StringComparison.OrdinalIgnoreCase) && path.EndsWith(end, StringComparison.OrdinalIgnoreCase);

    private static string SecretOf(HttpRequest request)
    {
        var given = request.Headers[Header].ToString();
        return given.Length == 0 && request.Path.StartsWithSegments("/ws", StringComparison.Ordinal) ? request.Query["api_key"].ToString() : given;
    }
}
