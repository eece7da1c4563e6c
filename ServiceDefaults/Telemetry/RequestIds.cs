using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.Telemetry;

public static class RequestIds
{
    /// <summary>The header's name, in HTTP and in messages.</summary>
    public const string Header = "X-Request-ID";

    /// <summary>Uses the caller's request id or creates one, adds it to the request's log lines, and returns it in the response.</summary>
    internal static void UseRequestIds(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Trainyard.Requests");
        app.Use(async (http, next) =>
        {
            var given = http.Request.Headers[Header].ToString();
            var requestId = Identifier.IsValid(given) ? given : Identifier.Create("req");
            http.TraceIdentifier = requestId;
            // Set it on the request too: a proxy forwards the request's headers.
            http.Request.Headers[Header] = requestId;
            http.Response.OnStarting(() =>
            {
                http.Response.Headers[Header] = requestId;
                return Task.CompletedTask;
            });
            using (logger.BeginScope(new Dictionary<string, object>(StringComparer.Ordinal) { ["request_id"] = requestId }))
            {
                await next(http);
            }
        });
    }
}
