using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Trainyard.Harness.Hosting;

namespace Trainyard.ServiceDefaults.Tests.Health;

public class HealthTests
{
    [Fact]
    public async Task Alive_does_not_depend_on_servers_and_ready_names_them()
    {
        await using var app = await TestApp.StartAsync(
            builder =>
            {
                builder.AddServiceDefaults();
                builder.Services.AddHealthChecks()
                    .AddCheck("database", () => HealthCheckResult.Unhealthy("It does not answer."))
                    .AddCheck("cache", () => HealthCheckResult.Healthy());
            },
            host => host.MapDefaultEndpoints());

        using var alive = await app.Http.GetAsync(new Uri("/healthz", UriKind.Relative));
        using var ready = await app.Http.GetAsync(new Uri("/readyz", UriKind.Relative));

        Assert.Equal(System.Net.HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(
            """{"status":"unhealthy","dependencies":{"database":{"status":"unhealthy","description":"It does not answer."},"cache":"""
            + """{"status":"healthy","description":null}}}""",
            await ready.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_version_is_told()
    {
        await using var app = await TestApp.StartAsync(builder => builder.AddServiceDefaults(), host => host.MapDefaultEndpoints());

        Assert.Matches(@"^\d+\.\d+\.\d+$", (string?)(await app.GetJsonAsync("/api/version"))["version"]);
    }

    [Fact]
    public async Task A_setting_that_is_missing_stops_the_start_with_its_name()
    {
        var failure = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(
            () => TestApp.StartAsync(
                builder => builder.AddServiceDefaults(), host => host.MapDefaultEndpoints(), new() { ["APP:DATA_ROOT"] = "" }));

        Assert.Contains("APP__DATA_ROOT", failure.Message, StringComparison.Ordinal);
    }
}
