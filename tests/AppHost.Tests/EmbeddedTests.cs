using System.Net;
using Trainyard.Contracts;
using Trainyard.Harness;
using Trainyard.Harness.Processes;

namespace Trainyard.AppHost.Tests;

[Collection(nameof(RunningAppHost))]
public sealed class EmbeddedTests
{
    [Fact]
    public async Task It_runs_on_its_port_and_folder_asks_for_the_key_and_leaves_no_process_behind()
    {
        var port = FreePort.Next();
        string data;
        await using (var running = await RunningAppHost.StartAsync(
            ResourceNames.Standalone, "--Trainyard:Embedded=true", $"--Trainyard:Port={port}"))
        {
            data = running.Data;
            using var client = running.Client(ResourceNames.Standalone);
            using var stranger = new TrainyardClient(running.Endpoint(ResourceNames.Standalone));

            Assert.Equal(port, running.Endpoint(ResourceNames.Standalone).Port);
            Assert.Equal(
                HttpStatusCode.Unauthorized,
                await stranger.PostEventsAsync("""{"event":"ml.run.metric","trial_id":"r","measurements":{"loss":1}}"""));
            Assert.Equal(
                HttpStatusCode.Accepted,
                await client.PostEventsAsync("""{"event":"ml.run.metric","trial_id":"r","measurements":{"loss":1}}"""));
            await client.UntilThereAsync("/api/runs/r", TimeSpan.FromSeconds(30));
            Assert.True(File.Exists(Path.Combine(data, "trainyard.db")));

            var backup = await running.CommandAsync(ResourceNames.Standalone, "back-up");
            Assert.True(backup.Success, backup.Message);
            Assert.Single(Directory.GetDirectories(Path.Combine(data, "backups")));
            Assert.NotEmpty(ProcessesWith(data));
        }

        Assert.Empty(ProcessesWith(data));
    }

    /// <summary>The processes whose environment names a folder.</summary>
    private static IEnumerable<string> ProcessesWith(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The environment of other processes can be read on Linux only.");
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            string environment;
            try
            {
                environment = File.ReadAllText(Path.Combine(process, "environ"));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has ended, or belongs to another user.
                continue;
            }
            if (environment.Contains(folder, StringComparison.Ordinal))
            {
                yield return process;
            }
        }
    }
}
