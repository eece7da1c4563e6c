using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Trainyard.ServiceDefaults.Health;

internal static class HealthExtensions
{
    private const string Live = "live";

    public static void AddHealth(this IHostApplicationBuilder builder) =>
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);

    /// <summary>
    /// Maps liveness (the process responds) and readiness (every dependency is healthy). Mapped in all environments: probes need them.
    /// </summary>
    public static void MapHealth(this WebApplication app)
    {
        var alive = new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live), ResponseWriter = WriteAsync };
        var ready = new HealthCheckOptions { ResponseWriter = WriteAsync };
        foreach (var prefix in (string[])["", "/api"])
        {
            app.MapHealthChecks($"{prefix}/healthz", alive);
            app.MapHealthChecks($"{prefix}/readyz", ready);
        }
        app.MapHealthChecks("/alive", alive);
        app.MapHealthChecks("/health", ready);
    }

    private static Task WriteAsync(HttpContext http, HealthReport report)
    {
        var dependencies = report.Entries
            .Where(entry => !entry.Value.Tags.Contains(Live))
            .ToDictionary(entry => entry.Key, entry => new Dependency(Name(entry.Value.Status), Describe(entry.Value)));
        return http.Response.WriteAsJsonAsync(new Readiness(Name(report.Status), dependencies), http.RequestAborted);
    }

    // Leaves out the exception: it may contain addresses and users, and this response is public.
    private static string? Describe(HealthReportEntry entry) =>
        entry.Description ?? (entry.Status is HealthStatus.Healthy ? null : "It does not answer.");

    private static string Name(HealthStatus status) => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString());

    private sealed record Readiness(string Status, IReadOnlyDictionary<string, Dependency> Dependencies);

    private sealed record Dependency(string Status, string? Description);
}
