using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Trainyard.Contracts.Errors;

namespace Trainyard.ServiceDefaults.Security;

internal static class ApiKeyExtensions
{
    public const string Header = "X-Api-Key";
    public const string TicketPath = "/api/ws-ticket";

    // Probes carry no secrets.
    private static readonly string[] Open = ["/health", "/alive", "/healthz", "/readyz", "/api/healthz", "/api/readyz"];

    // Questions whose parameters need a body, and what must be in no cache.
    private static readonly string[] AskedByPost = ["/api/metrics/query", TicketPath];

    public static void AddApiKey(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SecurityOptions>().BindConfiguration(SecurityOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<KeyAttempts>();
        builder.Services.AddSingleton<WebSocketTickets>();
    }

    /// <summary>With <c>SECURITY__API_KEY</c> or <c>SECURITY__KEYS_FILE</c> set, a request without a key that may do it ends here.</summary>
    public static void UseApiKey(this WebApplication app)
    {
        var keys = app.Services.GetRequiredService<KeyRing>();
        if (!keys.IsNeeded)
        {
            return;
        }
        var attempts = app.Services.GetRequiredService<KeyAttempts>();
        var tickets = app.Services.GetRequiredService<WebSocketTickets>();
        app.Use((http, next) =>
        {
            if (Open.Contains(http.Request.Path.Value, StringComparer.OrdinalIgnoreCase))
            {
                return next(http);
            }
            var secret = SecretOf(http.Request, tickets);
            if (secret.Length == 0)
            {
                throw new TrainyardException(
                    ErrorCode.Unauthorized, $"This Trainyard asks for an API key: send it in the {Header} header.");
            }
            attempts.Admit(http.Connection.RemoteIpAddress, secret);
            var (may, needed) = (keys.Of(secret), Needed(http.Request));
            if (may is KeyScopes.None)
            {
                attempts.Failed(secret);
                throw new TrainyardException(ErrorCode.Unauthorized, "This API key is wrong, has expired or was revoked.");
            }
            attempts.Worked(secret);
            return may.HasFlag(KeyScopes.Admin) || may.HasFlag(needed) ? next(http)
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

    /// <summary>The key of a request; a browser can't set a header on a WebSocket, so there a ticket may come in the address.</summary>
    private static string SecretOf(HttpRequest request, WebSocketTickets tickets)
    {
        var given = request.Headers[Header].ToString();
        if (given.Length > 0 || !request.Path.StartsWithSegments("/ws", StringComparison.Ordinal) || request.Query["ticket"] is not [{ Length: > 0 } ticket])
        {
            return given;
        }
        return tickets.Redeem(ticket)
            ?? throw new TrainyardException(ErrorCode.Unauthorized, $"This ticket has ended or was used. POST {TicketPath} gives another.");
    }
}
