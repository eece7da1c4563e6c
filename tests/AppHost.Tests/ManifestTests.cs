using System.Text.Json.Nodes;
using Trainyard.Contracts;
using Trainyard.Harness.Processes;

namespace Trainyard.AppHost.Tests;

/// <summary>What the AppHost publishes.</summary>
[Collection(nameof(RunningAppHost))]
public sealed class ManifestTests : IDisposable
{
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
    public async Task TensorBoards_settings_reach_the_services_that_write_its_files()
    {
        var resources = await PublishAsync("--TENSORBOARD:ENABLED=true", "--TENSORBOARD:FLUSH_SECS=5");

        Assert.All(ServiceTopology.All, service =>
        {
            var writes = service.Name is ResourceNames.ExperimentStore or ResourceNames.TrainerWorker;
            var environment = resources[service.Name]?["env"];
            Assert.Equal(writes ? "true" : null, environment?["TENSORBOARD__ENABLED"]?.ToString());
            Assert.Equal(writes ? "5" : null, environment?["TENSORBOARD__FLUSH_SECS"]?.ToString());
        });
    }

    public void Dispose() => folder.Dispose();

    private static bool IsTrainyards(string variable) =>
        variable.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
        || (variable.StartsWith("services__", StringComparison.Ordinal) && variable.EndsWith("__http__0", StringComparison.Ordinal))
        || variable.StartsWith("APP__", StringComparison.Ordinal)
        || variable.StartsWith("SECURITY__", StringComparison.Ordinal);

    private async Task<JsonObject> PublishAsync(params string[] settings)
    {
        var (code, output) = await AppHostProcess.RunToEndAsync(
            [
                "--publisher", "manifest", "--output-path", folder.File("manifest.json"),
                $"--Parameters:api-key={RunningAppHost.ApiKey}", .. settings,
            ]);
        Assert.True(code == 0, output);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(folder.File("manifest.json")));
        return manifest?["resources"]?.AsObject() ?? throw new InvalidOperationException("The manifest has no resources.");
    }
}
