using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Trainyard.Contracts.Runs;
using Trainyard.Harness;
using Trainyard.ServiceDefaults.Paths;
using Trainyard.TrainerWorker.Compute;
using Trainyard.TrainerWorker.Worker;

namespace Trainyard.TrainerWorker.Tests.Compute;

/// <summary>Work in real child processes.</summary>
public class ChildProcessTests(RedisServer redis)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_run_is_trained_by_a_child_which_ends_when_it_has_been_idle()
    {
        await using var worker = await StartAsync(("TRAINER:IDLE_SECONDS", "0.5"));

        var runId = await worker.QueueAsync(WorkerHost.Config);

        Assert.Equal(RunStatus.Completed, (await worker.EndOfAsync(runId)).Status);
        Assert.True(File.Exists(worker.RunFolder(runId).Weights));
        var child = Assert.Single(Children(worker));
        Assert.NotEqual(Environment.ProcessId, child.Id);
        await child.EndsAsync();
    }

    [Fact]
    public async Task A_child_that_dies_ends_its_run_with_a_reason_and_the_next_run_gets_a_new_one()
    {
        await using var worker = await StartAsync();
        var runId = await worker.QueueAsync(WorkerHost.Endless);
        await worker.UntilStepAsync(runId, 5);

        Children(worker)[0].Kill();
        var end = await worker.EndOfAsync(runId);
        var next = await worker.QueueAsync(WorkerHost.Config);

        Assert.Equal((RunStatus.Failed, ErrorKinds.Transient), (end.Status, end.ErrorKind));
        Assert.Contains("was killed", end.Message, StringComparison.Ordinal);
        Assert.Contains("was killed", await File.ReadAllTextAsync(worker.RunFolder(runId).Manifest), StringComparison.Ordinal);
        Assert.Equal(RunStatus.Completed, (await worker.EndOfAsync(next)).Status);
        Assert.Equal(2, Children(worker).Count);
    }

    [Fact]
    public async Task A_child_that_has_grown_too_large_is_replaced_between_runs()
    {
        await using var worker = await StartAsync(("TRAINER:MAX_IDLE_MEMORY_MB", "1"));

        var first = await worker.QueueAsync(WorkerHost.Config);
        await worker.EndOfAsync(first);
        await Children(worker)[0].EndsAsync();
        var second = await worker.QueueAsync(WorkerHost.Config);

        Assert.Equal(RunStatus.Completed, (await worker.EndOfAsync(second)).Status);
        Assert.Equal(2, Children(worker).Count);
        Assert.Contains(worker.Log, line => line.Contains("TRAINER__MAX_IDLE_MEMORY_MB", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Text_is_generated_by_another_child_and_its_death_is_told()
    {
        await using var worker = await StartAsync();
        var runId = await worker.QueueAsync(WorkerHost.Config);
        await worker.EndOfAsync(runId);
        using var http = worker.Http;

        var answer = GenerateAsync(http, runId, tokens: 4096);
        await Wait.UntilAsync(() => Children(worker).Count == 2);
        Children(worker)[1].Kill();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await answer).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GenerateAsync(http, runId, tokens: 5)).StatusCode);
        Assert.Equal(3, Children(worker).Count);
    }

    [Fact]
    public async Task An_interrupted_run_is_saved_and_no_child_is_left_behind()
    {
        await using var worker = await StartAsync();
        var runId = await worker.QueueAsync(WorkerHost.Endless);
        await worker.UntilStepAsync(runId, 5);

        await worker.StopAsync();

        Assert.Equal(RunStatus.Interrupted, (await worker.EndOfAsync(runId)).Status);
        Assert.NotEmpty(Directory.GetDirectories(worker.RunFolder(runId).Checkpoints));
        await Children(worker)[0].EndsAsync();
    }

    private Task<WorkerHost> StartAsync(params (string Name, string Value)[] settings) => WorkerHost.StartAsync(
        redis.ConnectionString, services => services.AddSingleton<IComputeStarter, RecordingStarter>(), settings);

    private static IReadOnlyList<Child> Children(WorkerHost worker) =>
        ((RecordingStarter)worker.Services.GetRequiredService<IComputeStarter>()).Children;

    private static Task<HttpResponseMessage> GenerateAsync(HttpClient http, string runId, int tokens) =>
        http.PostAsJsonAsync($"/api/runs/{runId}/generate", new { prompt = "a", max_new_tokens = tokens });

    /// <summary>Starts child processes and remembers them.</summary>
    private sealed class RecordingStarter(AppPaths paths, IOptions<WorkerOptions> options, ILogger<ChildProcess> logger) : IComputeStarter
    {
        private readonly ChildProcessStarter starter = new(paths, options, logger);
        private readonly List<Child> children = [];

        public IReadOnlyList<Child> Children => children;

        public async Task<StartedComputer> StartAsync(string purpose, CancellationToken cancellationToken)
        {
            var started = await starter.StartAsync(purpose, cancellationToken);
            children.Add(new(((ChildProcess)started).Id));
            return started;
        }
    }

    private sealed record Child(int Id)
    {
        public void Kill() => Process.GetProcessById(Id).Kill();

        public async Task EndsAsync()
        {
            using var limit = new CancellationTokenSource(Limit);
            try
            {
                using var process = Process.GetProcessById(Id);
                await process.WaitForExitAsync(limit.Token);
            }
            catch (ArgumentException)
            {
                // It has ended already.
            }
        }
    }
}
