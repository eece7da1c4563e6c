using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Trainyard.Contracts.Errors;
using Trainyard.ServiceDefaults.Configuration;
using Trainyard.ServiceDefaults.Mlflow;

namespace Trainyard.ServiceDefaults.Security;

internal static class ApiKeyExtensions
{
    public const string Header = "X-Api-Key";
    public const string TicketPath = "/api/ws-ticket";

    // Probes carry no secrets. Discord signs its requests instead, and the notifier verifies that.
    private static readonly string[] Open =
        ["/health", "/alive", "/healthz", "/readyz", "/api/healthz", "/api/readyz", "/api/discord/interactions"];

    public static void AddApiKey(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<SecurityOptions>(SecurityOptions.Section);
        builder.Services.AddCors();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<KeyRing>();
        builder.Services.AddSingleton<OpenRequests>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OpenRequests>());
        builder.Services.AddSingleton<KeyAttempts>();
        builder.Services.AddSingleton<WebSocketTickets>();
    }

    /// <summary>
    /// Rejects requests without a sufficient key if <c>SECURITY__API_KEY</c> or <c>SECURITY__KEYS_FILE</c> is set. Passes the caller on:
    /// to handlers in this process as a <see cref="Caller"/> feature, to services behind the gateway in a header.
    /// </summary>
    /// <param name="app">The host.</param>
    /// <param name="behindGateway">Whether only the gateway can reach this host, so that its caller header is trusted.</param>
    public static void UseApiKey(this WebApplication app, bool behindGateway)
    {
        if (behindGateway)
        {
            app.Use((http, next) =>
            {
                http.Features.Set(CallerHeader.Read(http.Request.Headers));
                return next(http);
            });
            return;
        }
        var keys = app.Services.GetRequiredService<KeyRing>();
        var open = app.Services.GetRequiredService<OpenRequests>();
        var attempts = app.Services.GetRequiredService<KeyAttempts>();
        var tickets = app.Services.GetRequiredService<WebSocketTickets>();
        app.Use((http, next) =>
        {
            http.Request.Headers.Remove(CallerHeader.Name);
            if (!keys.IsNeeded || Open.Contains(http.Request.Path.Value, StringComparer.OrdinalIgnoreCase))
            {
                return next(http);
            }
            var caller = Admit(http, keys, attempts, tickets);
            CallerHeader.Write(http.Request.Headers, caller);
            return caller == Caller.Owner ? next(http) : open.FollowAsync(http, caller, next);
        });
    }

    /// <exception cref="TrainyardException">
    /// UNAUTHORIZED: no key, or one without permission. RATE_LIMITED: too many wrong keys.
    /// </exception>
    private static Caller Admit(HttpContext http, KeyRing keys, KeyAttempts attempts, WebSocketTickets tickets)
    {
        var secret = SecretOf(http.Request, tickets);
        if (secret.Length == 0)
        {
            throw new TrainyardException(ErrorCode.Unauthorized, MlflowPaths.Include(http.Request.Path)
                ? "This server requires an API key. Set MLFLOW_TRACKING_TOKEN to it, or MLFLOW_TRACKING_PASSWORD with any user name."
                : $"This server requires an API key. Send it in the {Header} header.");
        }
        attempts.Admit(http.Connection.RemoteIpAddress, secret);
        if (keys.Of(secret) is not { } caller)
        {
            attempts.Failed(secret);
            throw new TrainyardException(ErrorCode.Unauthorized, "This API key is wrong, has expired or was revoked.");
        }
        attempts.Worked(secret);
        http.Features.Set(caller);
        if (!caller.May.HasFlag(KeyScopes.Admin))
        {
            var rules = RequestRules.Of(http.Request);
            if (!rules.Allow(caller))
            {
                var needed = rules.AnyOf.ToString().ToLowerInvariant().Replace(", ", " or ", StringComparison.Ordinal);
                throw new TrainyardException(ErrorCode.Unauthorized, $"This request needs an API key with scope '{needed}'.");
            }
            rules.RequireOwn(caller);
        }
        return caller;
    }

    /// <summary>
    /// The key of a request. Browsers can't set headers on a WebSocket, so its URL may carry a ticket instead.
    /// </summary>
    private static string SecretOf(HttpRequest request, WebSocketTickets tickets)
    {
        var given = request.Headers[Header].ToString();
        if (given.Length == 0 && MlflowPaths.Include(request.Path))
        {
            return AuthorizationHeader.SecretOf(request.Headers.Authorization.ToString());
        }
        if (given.Length > 0
            || !request.Path.StartsWithSegments("/ws", StringComparison.Ordinal)
            || request.Query["ticket"] is not [{ Length: > 0 } ticket])
        {
            return given;
        }
        return tickets.Redeem(ticket)
            ?? throw new TrainyardException(
                ErrorCode.Unauthorized, $"This ticket has expired or was already used. Get a new one from POST {TicketPath}.");
    }
}
