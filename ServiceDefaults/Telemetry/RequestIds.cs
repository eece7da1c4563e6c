using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Trainyard.Contracts;

namespace Trainyard.ServiceDefaults.Telemetry;

public static class RequestIds
{
    /// <summary>Also the name of the header that carries it in a message.</summary>
    public const string Header = "X-Request-ID";

    /// <summary>Takes the caller's request id or makes one, puts it into every log line of the request, and sends it back.</summary>
    internal static void UseRequestIds(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Trainyard.Requests");
        app.Use(async (http, next) =>
        {
            var given = http.Request.Headers[Header].ToString();
            var requestId = Identifier.IsValid(given) ? given : Identifier.Create("req");
            http.TraceIdentifier = requestId;
            // A proxy hands on the request's headers: the id made here must be among them.
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
