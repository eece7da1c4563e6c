using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Trainyard.ServiceDefaults.Telemetry;

public static class TelemetryExtensions
{
    private static readonly string[] ProbePaths = ["/health", "/alive", "/healthz", "/readyz", "/api/healthz", "/api/readyz"];

    internal static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        var identity = ServiceIdentity.Of(builder.Configuration, builder.Environment);
        builder.Services.AddSingleton(identity);
        LogFormat.Add(builder);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        // A failed command's exception says it again, and that a new database has no table of migrations yet is no error.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical);
        // Database logs each failure that it retries, and callers those that it doesn't.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.Critical);
        // A server that is down, or still starting, is in the answer of /readyz, which is asked for every few seconds.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning);
        builder.Logging.AddFilter("Polly", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        builder.Logging.AddFilter("MassTransit", LogLevel.Warning);
        builder.Logging.AddFilter("StackExchange.Redis", LogLevel.Warning);

        if (builder.ExportsTelemetry())
        {
            builder.AddExport(identity);
        }
    }

    /// <summary>Whether someone receives traces, metrics and logs. Recording costs time on every request, so nothing is recorded for nobody.</summary>
    public static bool ExportsTelemetry(this IHostApplicationBuilder builder) =>
        !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    /// <summary>Records and sends traces, metrics and logs. The client packages add what they record themselves.</summary>
    private static void AddExport(this IHostApplicationBuilder builder, ServiceIdentity identity)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
            logging.AddProcessor(new ExportedLogFields());
        });
        builder.Services.AddOpenTelemetry()
            // The variables last: what OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say wins.
            .ConfigureResource(resource => resource.Clear()
                .AddService(identity.Service, serviceInstanceId: identity.Instance)
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("MassTransit", "Trainyard.*"))
            .WithTracing(tracing => tracing
                .AddSource(builder.Environment.ApplicationName, "MassTransit", "Trainyard.*")
                .AddProcessor(new BackgroundRedisSpans())
                .AddAspNetCoreInstrumentation(options =>
                {
                    options.Filter = http => !IsProbe(http.Request.Path.Value);
                    options.EnrichWithHttpRequest = HideKey;
                    options.EnrichWithHttpResponse = (activity, response) => activity.SetTag("request_id", response.HttpContext.TraceIdentifier);
                })
                .AddHttpClientInstrumentation(options => options.FilterHttpRequestMessage = request => !IsProbe(request.RequestUri?.AbsolutePath)))
            .UseOtlpExporter();
    }

    /// <summary>Queries are exported as they are where a developer asks for that, as Aspire does; a WebSocket's has a ticket in it.</summary>
    private static void HideKey(Activity activity, HttpRequest request)
    {
        if (request.Query.ContainsKey("ticket"))
        {
            activity.SetTag("url.query", null);
        }
    }

    private static bool IsProbe(string? path) => ProbePaths.Contains(path, StringComparer.OrdinalIgnoreCase);
}
