using System.Diagnostics;
using System.Text.Json.Nodes;
using Trainyard.Contracts;
using Trainyard.Harness.Processes;

namespace Trainyard.AppHost.Tests;

/// <summary>What the AppHost publishes.</summary>
[Collection(nameof(RunningAppHost))]
public sealed class ManifestTests : IDisposable
{
    private const string TooShort = "too-short";

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task The_manifest_gives_each_service_what_the_topology_says()
    {
        var resources = await PublishAsync();

        foreach (var service in ServiceTopology.All)
        {
            var environment = resources[service.Name]?["env"]?.AsObject().Select(variable => variable.Key) ?? [];
            Assert.Equal(
                service.Variables.Order(StringComparer.Ordinal),
                environment.Where(IsTrainyards).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task What_is_for_development_only_is_not_published()
    {
        var resources = await PublishAsync();

        Assert.DoesNotContain(ResourceNames.Dashboard, resources.Select(resource => resource.Key));
        Assert.DoesNotContain(ResourceNames.SampleJob, resources.Select(resource => resource.Key));
        Assert.DoesNotContain(ResourceNames.Standalone, resources.Select(resource => resource.Key));
    }

    [Fact]
    public async Task Only_the_gateway_is_reached_from_outside_and_trusts_forwarded_headers()
    {
        var resources = await PublishAsync();

        Assert.All(ServiceTopology.All, service =>
        {
            var resource = resources[service.Name];
            Assert.Equal(service.Name == ResourceNames.Gateway, resource?["bindings"]?["http"]?["external"]?.GetValue<bool>() ?? false);
            Assert.Equal(service.Name == ResourceNames.Gateway, resource?["env"]?["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] is not null);
        });
    }

    [Fact]
    public async Task A_key_that_is_too_short_is_refused_with_the_setting_to_change()
    {
        var (code, output) = await RunAsync($"--Parameters:api-key={TooShort}");

        Assert.NotEqual(0, code);
        Assert.Contains("Parameters:api-key has 9 characters. An API key needs at least 16", output, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static bool IsTrainyards(string variable) =>
        variable.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
        || (variable.StartsWith("services__", StringComparison.Ordinal) && variable.EndsWith("__http__0", StringComparison.Ordinal))
        || variable.StartsWith("APP__", StringComparison.Ordinal)
        || variable.StartsWith("SECURITY__", StringComparison.Ordinal);

    private async Task<JsonObject> PublishAsync()
    {
        var (code, output) = await RunAsync($"--Parameters:api-key={RunningAppHost.ApiKey}");
        Assert.True(code == 0, output);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(folder.File("manifest.json")));
        return manifest?["resources"]?.AsObject() ?? throw new InvalidOperationException("The manifest has no resources.");
    }

    private async Task<(int Code, string Output)> RunAsync(params string[] settings)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                typeof(Projects.AppHost).Assembly.Location.Replace(".Tests", "", StringComparison.Ordinal),
                "--publisher", "manifest", "--output-path", folder.File("manifest.json"), .. settings,
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.PathTo("AppHost"),
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, await output + await errors);
    }
}
