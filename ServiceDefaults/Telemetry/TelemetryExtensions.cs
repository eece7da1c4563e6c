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
        // Exceptions repeat these errors, and a new database without a migrations table is not an error.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical);
        // Database logs each failure it retries; callers log the others.
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.Critical);
        // /readyz already reports servers that are down, and probes request it every few seconds.
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

    /// <summary>Whether telemetry is exported. Recording costs time on every request, so it is off without a receiver.</summary>
    public static bool ExportsTelemetry(this IHostApplicationBuilder builder) =>
        !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    /// <summary>Exports traces, metrics and logs. The client packages add their own instrumentation.</summary>
    private static void AddExport(this IHostApplicationBuilder builder, ServiceIdentity identity)
    {
        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
            logging.AddProcessor(new ExportedLogFields());
        });
        builder.Services.AddOpenTelemetry()
            // Environment variables last, so that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES take precedence.
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
                    options.EnrichWithHttpResponse = (activity, response) =>
                        activity.SetTag("request_id", response.HttpContext.TraceIdentifier);
                })
                .AddHttpClientInstrumentation(options =>
                    options.FilterHttpRequestMessage = request => !IsProbe(request.RequestUri?.AbsolutePath)))
            .UseOtlpExporter();
    }

    /// <summary>Removes WebSocket tickets, in case query redaction is turned off, as under Aspire.</summary>
    private static void HideKey(Activity activity, HttpRequest request)
    {
        if (request.Query.ContainsKey("ticket"))
        {
            activity.SetTag("url.query", null);
        }
    }

    private static bool IsProbe(string? path) => ProbePaths.Contains(path, StringComparer.OrdinalIgnoreCase);
}
