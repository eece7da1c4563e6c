using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using Trainyard.Harness;
using Trainyard.Harness.Processes;

namespace Trainyard.SystemTests;

/// <summary>
/// The Compose file, run: the images are made, everything becomes healthy, an event goes in at the gateway and comes out of the database.
/// </summary>
public sealed class ComposeRunTests : IDisposable
{
    private const string Key = "a-key-for-this-test";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly string[] Projects =
    [
        "gateway", "services/event-ingest", "services/experiment-store", "services/tokenizer-service", "services/trainer-worker",
        "services/notifier",
    ];

    private readonly string name = $"trainyard-test-{Guid.NewGuid():N}";
    private readonly int port = FreePort.Next();
    private readonly int page = FreePort.Next();
    private readonly TemporaryFolder corpus = new();

    [Fact]
    public async Task Everything_starts_and_an_event_is_stored()
    {
        Assert.SkipUnless(await DockerDaemon.AnswersAsync(), "No Docker daemon answers.");
        Assert.SkipUnless((await RunAsync("docker", "compose", "version")).Done, "Docker has no Compose here.");
        foreach (var image in ComposeFile.Read().Services.Values.Select(ComposeFile.Image).Where(image => !image.StartsWith('$')))
        {
            Assert.SkipUnless(
                (await RunAsync("docker", "image", "inspect", image)).Done || (await RunAsync("docker", "pull", "--quiet", image)).Done,
                $"{image} can't be pulled here.");
        }
        // What the tests were built with, so that nothing is built under the feet of those that run.
        var configuration = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Name;
        foreach (var project in Projects)
        {
            await RequireAsync(
                "dotnet", "publish", Repository.PathTo(project), "--no-build", "--configuration", configuration, "--nologo",
                "-t:PublishContainer", $"-p:ContainerImageTag={name}");
        }
        try
        {
            await RequireAsync("docker", [.. Compose, "up", "--detach", "--wait", "--wait-timeout", "240"]);

            using var client = new TrainyardClient(new Uri($"http://127.0.0.1:{port}"));
            client.Http.DefaultRequestHeaders.Add("X-Api-Key", Key);
            await client.ReadyAsync(TimeSpan.FromMinutes(1));
            Assert.Equal(HttpStatusCode.Accepted, await client.PostEventsAsync(
                """{"event":"ml.run.metric","trial_id":"outside","measurements":{"loss":0.5}}"""));
            await client.UntilAsync("/api/runs?limit=10", runs => runs["items"]?.AsArray().Count == 1, TimeSpan.FromSeconds(30));
        }
        finally
        {
            await RunAsync("docker", [.. Compose, "down", "--volumes", "--timeout", "20"]);
            await RunAsync("docker", ["image", "rm", .. Projects.Select(project => $"trainyard/{Path.GetFileName(project)}:{name}")]);
        }
    }

    public void Dispose() => corpus.Dispose();

    private string[] Compose => ["compose", "--project-name", name, "--file", ComposeFile.Path, "--profile", "prod"];

    private async Task RequireAsync(string program, params string[] arguments)
    {
        var (done, output) = await RunAsync(program, arguments);
        Assert.True(done, $"{program} {string.Join(' ', arguments)}\n{output}");
    }

    private async Task<(bool Done, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["TRAINYARD_VERSION"] = name,
                ["TRAINYARD_API_KEY"] = Key,
                ["TRAINYARD_PORT"] = $"{port}",
                ["TRAINYARD_CORPUS"] = corpus.Path,
                ["RABBITMQ_PAGE_PORT"] = $"{page}",
                ["POSTGRES_PASSWORD"] = name,
                ["RABBITMQ_PASSWORD"] = name,
                ["REDIS_PASSWORD"] = name,
            },
        };
        try
        {
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(Limit);
            return (process.ExitCode == 0, string.Concat(await output));
        }
        catch (Win32Exception missing)
        {
            return (false, missing.Message);
        }
    }
}
