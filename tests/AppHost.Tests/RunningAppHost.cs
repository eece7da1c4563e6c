using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Trainyard.Contracts;
using Trainyard.Harness.Processes;

namespace Trainyard.AppHost.Tests;

/// <summary>An AppHost that runs as <c>dotnet run --project AppHost</c> does, on free ports and folders of its own.</summary>
internal sealed class RunningAppHost : IAsyncDisposable
{
    public const string ApiKey = "the-key-of-the-AppHost-tests";

    private const string DashboardName = "aspire-dashboard";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly DistributedApplication app;
    private readonly TemporaryFolder data;

    private Dashboard? dashboard;

    private RunningAppHost(DistributedApplication app, TemporaryFolder data) => (this.app, this.data) = (app, data);

    public Dashboard Dashboard => dashboard ??= new Dashboard(app.GetEndpoint(DashboardName, "http"), DescribeTelemetryAsync);

    /// <summary>The folder that <c>APP:DATA_ROOT</c> names.</summary>
    public string Data => data.Path;

    public DistributedApplicationModel Model => app.Services.GetRequiredService<DistributedApplicationModel>();

    public ResourceNotificationService Notifications => app.ResourceNotifications;

    /// <summary>Starts it and waits until <paramref name="frontDoor"/> is healthy.</summary>
    public static Task<RunningAppHost> StartAsync(string frontDoor, params string[] settings) =>
        StartAsync(frontDoor, _ => Task.CompletedTask, settings);

    /// <summary>Starts it on servers that are there already. While the services start, <paramref name="meanwhile"/> is called.</summary>
    public static Task<RunningAppHost> StartAsync(
        string trials, string rabbitMq, string redis, Func<RunningAppHost, Task> meanwhile, params string[] settings) =>
        StartAsync(
            ResourceNames.Gateway,
            meanwhile,
            [
                $"--ConnectionStrings:{ResourceNames.Trials}={trials}",
                $"--ConnectionStrings:{ResourceNames.RabbitMq}={rabbitMq}",
                $"--ConnectionStrings:{ResourceNames.Redis}={redis}",
                .. settings,
            ]);

    private static async Task<RunningAppHost> StartAsync(string frontDoor, Func<RunningAppHost, Task> meanwhile, string[] settings)
    {
        var folder = new TemporaryFolder();
        string[] arguments =
        [
            $"--APP:DATA_ROOT={folder.Path}",
            $"--APP:CORPUS_ROOT={Repository.Root}",
            $"--Parameters:api-key={ApiKey}",
            .. Dashboard.Settings,
            .. settings,
        ];
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            arguments, (options, _) => options.DisableDashboard = false);
        var running = new RunningAppHost(await builder.BuildAsync(), folder);
        try
        {
            await Task.WhenAll(running.app.StartAsync(), meanwhile(running)).WaitAsync(StartLimit);
            await running.Notifications.WaitForResourceHealthyAsync(frontDoor).WaitAsync(StartLimit);
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
        return running;
    }

    public TrainyardClient Client(string frontDoor = ResourceNames.Gateway)
    {
        var client = new TrainyardClient(app.GetEndpoint(frontDoor, "http"));
        client.Http.DefaultRequestHeaders.Add("X-Api-Key", ApiKey);
        return client;
    }

    public Uri Endpoint(string resource) => app.GetEndpoint(resource, "http");

    /// <summary>Runs a command of a resource, as its button in the dashboard does.</summary>
    public Task<ExecuteCommandResult> CommandAsync(string resource, string command) =>
        app.ResourceCommands.ExecuteCommandAsync(resource, command).WaitAsync(StartLimit);

    public async Task<ResourceEvent> UntilAsync(string resource, Func<ResourceEvent, bool> reached) =>
        await app.ResourceNotifications.WaitForResourceAsync(resource, reached).WaitAsync(StartLimit);

    /// <summary>Where the gateway sends its telemetry, and what the dashboard and the gateway printed.</summary>
    private async Task<string> DescribeTelemetryAsync()
    {
        var gateway = await UntilAsync(ResourceNames.Gateway, _ => true);
        return string.Join('\n',
        [
            .. gateway.Snapshot.EnvironmentVariables
                .Where(variable => variable.Name.StartsWith("OTEL_", StringComparison.Ordinal))
                .Select(variable => $"{variable.Name}={variable.Value}"),
            .. await PrintedAsync(DashboardName),
            .. await PrintedAsync(ResourceNames.Gateway),
        ]);
    }

    private async Task<IEnumerable<string>> PrintedAsync(string name)
    {
        const int Lines = 40;
        var resource = Model.Resources.Single(resource => resource.Name == name);
        var lines = new List<string>();
        await foreach (var batch in app.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(resource))
        {
            lines.AddRange(batch.Select(line => line.Content));
        }
        return lines.TakeLast(Lines).Prepend($"{name} printed:");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        dashboard?.Dispose();
        data.Dispose();
    }
}
