using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Trainyard.Contracts;
using Trainyard.Servers.AppHost;
using Trainyard.Servers.Processes;

namespace Trainyard.SystemTests;

/// <summary>
/// The AppHost's source against what the services are: its packages can't be restored everywhere, so it is read instead of run. That what it
/// gives each service is enough is shown by <see cref="DistributedTests"/>, which starts them with just that.
/// </summary>
public sealed partial class AppHostTests
{
    /// <summary>Calls of Aspire 13.5 and .NET that the AppHost may use; any other has to be looked up in Aspire's source first.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "CreateBuilder", "Build", "Run", "AddProject", "AddPythonApp", "AddViteApp", "AddPostgres", "AddDatabase", "AddRedis", "AddRabbitMQ", "AddConnectionString", "AddParameter",
        "AddAzureContainerAppEnvironment", "AddDockerComposeEnvironment", "AddAzurePostgresFlexibleServer", "WithPasswordAuthentication", "PublishAsAzureContainerApp",
        "WithReference", "WaitFor", "WithReplicas", "WithHttpEndpoint", "WithExternalHttpEndpoints", "WithHttpHealthCheck", "WithEnvironment", "WithDataVolume",
        "WithManagementPlugin", "WithExplicitStart", "WithAnnotation", "WithHttpProbe", "ConfigureInfrastructure", "GetProvisionableResources", "OfType", "Single", "GetKeys", "Compile", "Add",
        "GetConnectionString", "GetValue", "IsNullOrEmpty", "GetFullPath", "Combine", "Replace", "ToString",
    };

    private readonly AppHostSource source = AppHostSource.Read();

    [Fact]
    public void Every_call_is_one_of_Aspires_or_its_own() =>
        Assert.All(source.Calls, call => Assert.True(Known.Contains(call.Method) || source.IsOwn(call.Method), $"{call.Method} is not known."));

    [Fact]
    public void Every_project_exists_is_referenced_and_has_a_valid_name_of_its_own()
    {
        var references = XDocument.Load(Repository.PathTo("AppHost", "AppHost.csproj")).Descendants("ProjectReference")
            .Select(reference => Repository.PathTo("AppHost", reference.Attribute("Include")?.Value ?? "")).ToList();
        Assert.All(references, path => Assert.True(File.Exists(path), path));

        var projects = source.Resources.Where(resource => resource.Project is not null).ToList();
        Assert.All(projects, resource => Assert.Contains(references, path => Path.GetFileNameWithoutExtension(path) == resource.Project));
        Assert.Equal(
            references.Select(path => Path.GetFileNameWithoutExtension(path)).Except(["Contracts"]).Order(StringComparer.Ordinal),
            projects.Select(resource => resource.Project).Order(StringComparer.Ordinal));
        Assert.All(source.Resources, resource => Assert.Matches(AspireName(), resource.Name));
        Assert.Distinct(source.Resources.Select(resource => resource.Name));
    }

    [Fact]
    public void The_gateway_is_told_where_every_service_is_that_it_routes_to()
    {
        var gateway = source.Resources.Single(resource => resource.Name == ResourceNames.Gateway);

        Assert.Equal(
            [ResourceNames.EventIngest, ResourceNames.ExperimentStore, ResourceNames.TokenizerService, ResourceNames.TrainerWorker],
            gateway.Services.Order(StringComparer.Ordinal));
        Assert.Contains("SECURITY__API_KEY", gateway.Environment);
    }

    [Fact]
    public async Task Every_environment_variable_is_a_setting_that_is_documented()
    {
        var documented = await File.ReadAllTextAsync(Repository.PathTo("docs", "settings.md"));

        var names = source.Resources.SelectMany(resource => resource.Environment).Distinct(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"`{name}`", documented, StringComparison.Ordinal));
    }

    /// <summary>Waiting for a server without being given its address, or the reverse, is a slip.</summary>
    [Fact]
    public void Every_service_waits_for_the_servers_it_is_given_and_says_when_it_is_ready()
    {
        var services = source.Resources.Where(resource => resource.Project is not null).ToList();
        Assert.All(services, resource =>
        {
            Assert.Contains(resource.Calls, call => call is { Method: "WithHttpHealthCheck", Arguments: ["\"/readyz\""] });
            Assert.All(resource.Calls.Where(call => call.Method == "WithReference"), reference =>
                Assert.True(
                    resource.WaitsFor.Contains(reference.Arguments[0], StringComparer.Ordinal) || source.Variables[reference.Arguments[0]][0].TypeArgument == "Projects.TrainerWorker",
                    $"{resource.Name} does not wait for {reference.Arguments[0]}."));
        });
    }

    [Fact]
    public async Task The_sample_job_is_there_and_each_launch_profile_gives_what_the_dashboard_needs()
    {
        var job = source.Resources.Single(resource => resource.Name == ResourceNames.SampleJob);
        Assert.Contains(job.Calls, call => call.Method == "WithExplicitStart");
        var arguments = job.Calls[0].Arguments.Select(argument => argument.Trim('"')).ToList();
        Assert.True(File.Exists(Repository.PathTo("AppHost", arguments[1], arguments[2])));

        var profiles = JsonNode.Parse(await File.ReadAllTextAsync(Repository.PathTo("AppHost", "Properties", "launchSettings.json")))?["profiles"]?.AsObject() ?? [];
        Assert.Contains("embedded", profiles.Select(profile => profile.Key));
        Assert.All(profiles, profile => Assert.All(
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL", "ASPIRE_ALLOW_UNSECURED_TRANSPORT"],
            name => Assert.NotNull(profile.Value?["environmentVariables"]?[name])));
    }

    [Fact]
    public void The_dashboard_is_there_and_finds_the_gateway_under_the_name_its_tools_read()
    {
        var dashboard = source.Resources.Single(resource => resource.Name == ResourceNames.Dashboard);

        Assert.True(File.Exists(Repository.PathTo("AppHost", dashboard.Calls[0].Arguments[1].Trim('"'), "package.json")));
        Assert.Equal([ResourceNames.Gateway], dashboard.Services);
        Assert.Contains("GATEWAY_HTTP", File.ReadAllText(Repository.PathTo("clients", "dashboard", "vite.config.ts")), StringComparison.Ordinal);
    }

    [GeneratedRegex("^[A-Za-z](?!.*--)[A-Za-z0-9-]{0,62}[A-Za-z0-9]$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AspireName();
}
