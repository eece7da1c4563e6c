using System.Diagnostics;
using System.Text.Json.Nodes;
using Trainyard.Contracts;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>The Compose file against the topology, the projects and the settings: both hosts give a service the same.</summary>
public sealed class ComposeTests
{
    private static readonly Dictionary<string, string> Servers = new(StringComparer.Ordinal)
    {
        [ResourceNames.Trials] = ResourceNames.Postgres,
        [ResourceNames.Redis] = ResourceNames.Redis,
        [ResourceNames.RabbitMq] = ResourceNames.RabbitMq,
    };

    private readonly ComposeFile compose = ComposeFile.Read();

    private static readonly IReadOnlyDictionary<string, string> Projects = ServiceTopology.All
        .Select(service => (service.Name, service.Project)).Append((ResourceNames.Standalone, "Standalone"))
        .ToDictionary(StringComparer.Ordinal);

    [Fact]
    public void It_has_every_service_of_the_AppHost_each_in_one_profile()
    {
        Assert.Equal(Projects.Keys.Order(StringComparer.Ordinal), compose.Own.Select(service => service.Key).Order(StringComparer.Ordinal));
        Assert.Equal(
            Projects.Keys.Concat(Servers.Values).Order(StringComparer.Ordinal),
            compose.Services.Keys.Order(StringComparer.Ordinal));
        Assert.All(compose.Services, service => Assert.Equal(
            [service.Key is ResourceNames.Standalone ? "dev" : "prod"], ComposeFile.List(service.Value, "profiles")));
    }

    [Fact]
    public void Each_service_gets_the_environment_that_the_AppHost_gives_it()
    {
        foreach (var service in ServiceTopology.All)
        {
            var given = ComposeFile.Environment(compose.Services[service.Name]);

            Assert.Equal(
                service.Variables.Order(StringComparer.Ordinal),
                given.Keys.Where(name => !IsHosts(name)).Order(StringComparer.Ordinal));
            Assert.Equal(service.Name, given["OTEL_SERVICE_NAME"]);
            Assert.All(service.Services, name => Assert.Equal($"http://{name}:8080", given[ServiceTopology.Address(name, 0)]));
        }
    }

    [Fact]
    public void Each_service_waits_until_what_the_AppHost_lets_it_wait_for_is_healthy()
    {
        foreach (var service in ServiceTopology.All)
        {
            var dependencies = ComposeFile.Members(compose.Services[service.Name]["depends_on"])
                .ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal);

            var expected = service.Servers.Select(server => Servers[server]).Concat(service.WaitsFor);
            Assert.Equal(expected.Order(StringComparer.Ordinal), dependencies.Keys.Order(StringComparer.Ordinal));
            Assert.All(dependencies, one => Assert.Equal("service_healthy", one.Value?["condition"]?.ToString()));
            Assert.All(dependencies.Keys, name => Assert.NotNull(compose.Services[name]["healthcheck"]?["test"]));
        }
    }

    [Fact]
    public async Task Every_image_is_the_one_its_project_publishes_and_is_asked_by_its_own_program()
    {
        foreach (var (name, project) in Projects)
        {
            var service = compose.Services[name];
            var published = await PropertiesAsync(project, "ContainerRepository", "ContainerFamily", "ContainerUser", "TargetFileName");

            Assert.Equal(
                "${TRAINYARD_IMAGES:-trainyard}/" + published["ContainerRepository"]?.ToString().Split('/')[1]
                    + ":${TRAINYARD_VERSION:-latest}",
                ComposeFile.Image(service));
            Assert.EndsWith("-chiseled", published["ContainerFamily"]?.ToString(), StringComparison.Ordinal);
            Assert.Equal("1654", published["ContainerUser"]?.ToString());
            Assert.Equal(
                ["CMD", "dotnet", $"/app/{published["TargetFileName"]}", "healthcheck"],
                service["healthcheck"]?["test"]?.AsArray().Select(word => word?.ToString() ?? "") ?? []);
        }
    }

    [Fact]
    public void The_servers_are_those_the_tests_run_on_and_keep_their_data()
    {
        var fixtures = string.Concat(
            Directory.EnumerateFiles(Repository.PathTo("tests", "Harness"), "*Server.cs").Select(File.ReadAllText));
        Assert.All(Servers.Values, name => Assert.Contains(
            $"\"{ComposeFile.Image(compose.Services[name])}\"", fixtures, StringComparison.Ordinal));

        Assert.Equal(["postgres:/var/lib/postgresql"], ComposeFile.List(compose.Services["postgres"], "volumes"));
        Assert.Equal(["rabbitmq:/var/lib/rabbitmq"], ComposeFile.List(compose.Services["rabbitmq"], "volumes"));
        Assert.Equal("rabbitmq", compose.Services["rabbitmq"]["hostname"]?.ToString());
    }

    [Fact]
    public void Nothing_may_write_but_where_it_has_to()
    {
        var volumes = ComposeFile.Members(compose.Root["volumes"]).Select(volume => volume.Key).ToHashSet(StringComparer.Ordinal);
        Assert.All(compose.Services, service =>
        {
            Assert.NotNull(service.Value["mem_limit"]);
            Assert.NotNull(service.Value["healthcheck"]);
            Assert.Equal("unless-stopped", service.Value["restart"]?.ToString());
            Assert.All(ComposeFile.List(service.Value, "ports"), port =>
                Assert.Matches(@"^(127\.0\.0\.1|\$\{TRAINYARD_BIND:-127\.0\.0\.1\}):", port));
            Assert.All(ComposeFile.List(service.Value, "volumes"), volume => Assert.True(
                volumes.Contains(volume.Split(':')[0]) || volume.EndsWith(":/corpus:ro", StringComparison.Ordinal), volume));
        });
        Assert.All(compose.Own, service =>
        {
            Assert.Equal("true", service.Value["read_only"]?.ToString());
            Assert.Equal(["ALL"], ComposeFile.List(service.Value, "cap_drop"));
            Assert.Equal(["no-new-privileges:true"], ComposeFile.List(service.Value, "security_opt"));
            // Who is given the folders gets their volumes, and nobody else.
            Assert.Equal(
                ComposeFile.Environment(service.Value).ContainsKey("APP__ARTIFACTS_ROOT") ? 2 : 0,
                ComposeFile.List(service.Value, "volumes").Count(volume =>
                    volume.Contains(":/app/data", StringComparison.Ordinal) || volume.Contains(":/corpus", StringComparison.Ordinal)));
        });
    }

    [Fact]
    public void Every_variable_is_explained_and_every_secret_has_to_be_given()
    {
        var example = File.ReadAllLines(Repository.PathTo("deploy", ".env.example"))
            .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
            .ToDictionary(line => line.Split('=')[0], line => line.Split('=', 2)[1], StringComparer.Ordinal);

        Assert.Equal(
            example.Keys.Order(StringComparer.Ordinal),
            compose.Variables.Select(variable => variable.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.All(compose.Variables, variable => Assert.Equal(
            variable.Otherwise,
            IsSecret(variable.Name) ? ":?" : $":-{example[variable.Name]}"));
        Assert.All(example.Where(variable => IsSecret(variable.Key)), variable => Assert.Empty(variable.Value));
        Assert.All(
            compose.Services.SelectMany(service => ComposeFile.Environment(service.Value))
                .Where(variable => HoldsSecret(variable.Key, variable.Value)),
            variable => Assert.Matches(@"\$\{[A-Z_]+:\?\}", variable.Value));
    }

    [Fact]
    public void TensorBoards_settings_reach_the_services_that_write_its_files()
    {
        var written = compose.Own
            .Where(service => ComposeFile.Environment(service.Value).ContainsKey("TENSORBOARD__ENABLED"))
            .Select(service => service.Key);

        Assert.Equal(
            [ResourceNames.ExperimentStore, ResourceNames.Standalone, ResourceNames.TrainerWorker], written.Order(StringComparer.Ordinal));
    }

    /// <summary>What a host sets beside the topology.</summary>
    private static bool IsHosts(string name) =>
        new[] { "OTEL_", "ASPNETCORE_", "TENSORBOARD__" }.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    private static bool IsSecret(string variable) =>
        variable.EndsWith("_PASSWORD", StringComparison.Ordinal) || variable.EndsWith("_KEY", StringComparison.Ordinal);

    private static bool HoldsSecret(string name, string value) =>
        IsSecret(name) || name.EndsWith("_PASS", StringComparison.Ordinal) || name.EndsWith("AUTH", StringComparison.Ordinal)
        || value.Contains("password", StringComparison.OrdinalIgnoreCase) || value.Contains('@', StringComparison.Ordinal);

    private static async Task<JsonNode> PropertiesAsync(string project, params string[] names)
    {
        var path = Directory.EnumerateFiles(
            Repository.Root,
            $"{project}.csproj",
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 }).Single();
        using var msbuild = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", path, .. names.Select(name => $"-getProperty:{name}")])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("dotnet did not start.");
        var answer = await msbuild.StandardOutput.ReadToEndAsync();
        await msbuild.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        return JsonNode.Parse(answer)?["Properties"] ?? throw new InvalidOperationException(answer);
    }
}
